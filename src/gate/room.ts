import { setTimeout } from "node:timers/promises";
import type { Logger } from "pino";
import type { Folder } from "../document.ts";
import { loggable } from "../log.ts";

/** Where documents are to be stored and filed, and what they cost: nothing is taken that would be refused in the end. */
export interface Room {
  /**
   * Resolves when a document of so many bytes can be taken in a folder; false where there is no room for it and
   * it isn't `patient`. A large one that has to wait keeps no small one waiting.
   */
  readonly free: (folder: Folder, bytes: number, patient: boolean) => Promise<boolean>;
}

export interface RoomSettings {
  /** Throws what a document of so many bytes would meet. */
  readonly check: (folder: Folder, bytes: number) => Promise<void>;
  /** Milliseconds: the first wait between two looks, and the longest; each is twice the one before. */
  readonly waits?: { readonly first: number; readonly longest: number };
  /** Ends all waiting. */
  readonly signal: AbortSignal;
  readonly log: Logger;
}

/** There is room at first. */
export function openRoom(settings: RoomSettings): Room {
  const { check, waits = { first: 1_000, longest: 30_000 }, signal, log } = settings;
  const wanted = new Map<Folder, Wanted>();

  /** Resolves when there is room for the smallest that waits; rejects when the work ends. */
  const watchFor = async (folder: Folder, all: Wanted) => {
    for (let wait = waits.first; ; wait = Math.min(wait * 2, waits.longest)) {
      await setTimeout(wait, undefined, { signal });
      if ((await troubleIn(check(folder, all.bytes))) === null) break;
    }
    wanted.delete(folder);
    log.info({ folder: folder.name }, "there is room again");
  };

  const wait = (folder: Folder, bytes: number, trouble: unknown): Promise<void> => {
    const others = wanted.get(folder);
    if (others) {
      others.bytes = Math.min(others.bytes, bytes);
      return others.isOver;
    }
    tellFull(log, folder, trouble);
    const first: Wanted = { bytes, isOver: Promise.resolve() };
    wanted.set(folder, first);
    return (first.isOver = watched(watchFor(folder, first)));
  };

  return {
    async free(folder, bytes, patient) {
      for (;;) {
        const trouble = await troubleIn(check(folder, bytes));
        if (trouble === null) return true;
        const isOver = wait(folder, bytes, trouble);
        if (!patient) return false;
        await isOver;
      }
    },
  };
}

function tellFull(log: Logger, { name: folder }: Folder, trouble: unknown): void {
  const about = { folder, error: loggable(trouble) };
  if (about.error.code === "BUDGET_EXHAUSTED") {
    log.warn({ event: "budget.exhausted", ...about }, "budget used up: nothing is taken");
  } else log.error(about, "no room: nothing is taken");
}

/** What waits for room in a folder. */
interface Wanted {
  /** How large the smallest of it is. */
  bytes: number;
  isOver: Promise<void>;
}

/** Nobody may be waiting when the work ends. */
function watched(promise: Promise<void>): Promise<void> {
  promise.catch(() => undefined);
  return promise;
}

const troubleIn = (checked: Promise<void>): Promise<unknown> =>
  checked.then(
    () => null,
    (error: unknown) => error,
  );
