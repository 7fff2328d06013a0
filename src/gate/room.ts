import { setTimeout } from "node:timers/promises";
import type { Logger } from "pino";
import type { Folder } from "../document.ts";
import { loggable } from "../log.ts";

/** Where documents are to be stored and filed: nothing is taken that the disks would refuse in the end. */
export interface Room {
  /**
   * Resolves when a document of so many bytes can be taken in a folder; false where there is no room for it and
   * it isn't `patient`. Of all that wait for room in a folder, one look is for all.
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
  const wanting = new Map<Folder, Promise<void>>();

  /** Resolves when there is room again; rejects when the work ends. */
  const makeRoom = async (folder: Folder, bytes: number) => {
    for (let wait = waits.first; ; wait = Math.min(wait * 2, waits.longest)) {
      await setTimeout(wait, undefined, { signal });
      if ((await troubleIn(check(folder, bytes))) === null) break;
    }
    wanting.delete(folder);
    log.info({ folder: folder.name }, "there is room again");
  };

  return {
    async free(folder, bytes, patient) {
      for (;;) {
        const trouble = wanting.has(folder) ? null : await troubleIn(check(folder, bytes));
        if (trouble === null && !wanting.has(folder)) return true;
        if (!wanting.has(folder)) {
          log.error({ folder: folder.name, error: loggable(trouble) }, "no room: nothing is taken");
          wanting.set(folder, watched(makeRoom(folder, bytes)));
        }
        if (!patient) return false;
        await wanting.get(folder);
      }
    },
  };
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
