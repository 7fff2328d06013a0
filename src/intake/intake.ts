import { lstat, realpath } from "node:fs/promises";
import { join } from "node:path";
import PQueue from "p-queue";
import type { Logger } from "pino";
import type { Arrival, Folder } from "../document.ts";
import { isErrno } from "../errors.ts";
import { type Gates, type Passage, unhindered } from "../gate/gates.ts";
import type { Room } from "../gate/room.ts";
import { loggable } from "../log.ts";
import type { Profile } from "../openai/profile.ts";
import { claim } from "./claim.ts";
import type { Fate } from "./endings/ending.ts";
import { judgeName, judgeStats, type Refusal, refusals } from "./judge.ts";
import type { Spot } from "./list.ts";
import type { Parking } from "./parking.ts";
import type { Roots } from "./roots.ts";
import { settled, traits } from "./settle.ts";

/** Takes what lies in the inboxes, so many at a time. */
export interface Intake {
  /** Looks at a file, and takes it once it is at rest and nothing stands in the way. */
  readonly offer: (folder: Folder, spot: Spot) => void;
  /** Goes on with a file that was claimed before; one that was read already needs nobody's leave. */
  readonly resume: (arrival: Arrival, isRead: boolean) => void;
  /** Resolves when nothing is waited for and nothing is in work. */
  readonly idle: () => Promise<void>;
  /** Forgets what was said of files that no longer lie in a folder; `there` are those that do. */
  readonly forget: (folder: Folder, there: ReadonlySet<string>) => void;
  /** How many files met which fate so far. */
  readonly tally: () => Readonly<Tally>;
}

/** `ignored`: left where it lies; `failed`: could not even be looked at. */
export type Tally = Record<Fate | "ignored" | "failed", number>;

export interface IntakeSettings {
  readonly concurrency: number;
  readonly instance: string;
  readonly profileOf: (folder: Folder) => Profile;
  readonly handle: (arrival: Arrival, passage: Passage) => Promise<Fate>;
  readonly parking: Pick<Parking, "add" | "holds" | "isUndone" | "refill">;
  readonly roots: Pick<Roots, "at" | "of">;
  /** Milliseconds after which it is looked again for a disk that is away. */
  readonly pause: number;
  readonly gates: Pick<Gates, "enter" | "free">;
  readonly room: Room;
  /** Whether it is worth waiting until the account is in order again. */
  readonly isLasting: () => boolean;
  readonly signal: AbortSignal;
  readonly log: Logger;
}

export function openIntake(settings: IntakeSettings): Intake {
  const { concurrency, instance, profileOf, handle, parking, roots, gates, room, signal, log } =
    settings;
  const queue = new PQueue({ concurrency });
  /** What is looked at or waits for its turn: each file once. */
  const offered = new Set<string>();
  const running = new Set<Promise<void>>();
  /** What is worked on, by where it is staged. */
  const inWork = new Map<string, Promise<void>>();
  const reported = new Map<string, Refusal>();
  const tally: Tally = {
    archived: 0,
    review: 0,
    quarantined: 0,
    duplicate: 0,
    waiting: 0,
    aborted: 0,
    ignored: 0,
    failed: 0,
  };

  const start = (key: string, work: () => Promise<void>) => {
    if (signal.aborted || offered.has(key)) return;
    offered.add(key);
    const done = guarded(key, work).finally(() => running.delete(done));
    running.add(done);
  };

  /** Whatever happens to a file, it stops no other. */
  const guarded = async (key: string, work: () => Promise<void>) => {
    try {
      await work();
    } catch (error) {
      // Gone again before it was at rest: nothing is left to be taken.
      if (signal.aborted || isErrno(error, "ENOENT")) return;
      tally.failed += 1;
      log.error({ event: "file.ignored", path: key, error: loggable(error) }, "file not taken");
    } finally {
      offered.delete(key);
    }
  };

  const consider = async (folder: Folder, spot: Spot, path: string) => {
    const refusal = judgeName(spot.relative, folder.recursive) ?? (await judge(folder.inbox, spot));
    // A file on its way here may have two names for a moment.
    if (refusal && refusal !== "HARD_LINKED") return refuse(folder, path, refusal);
    // What changes while it waits for its turn has to come to rest again.
    while (!(await parking.holds(path))) {
      const atRest = await settled(spot.path, folder, signal);
      if (atRest === null) return;
      if (!(await room.free(folder, await sizeOf(spot), settings.isLasting()))) return wait();
      if (!(await gates.free(profileOf(folder), settings.isLasting()))) return wait();
      if (await queue.add(() => claimAndTake(folder, spot, path, atRest))) return;
    }
    if (!parking.isUndone(path)) wait();
  };

  /** False where it has to be looked at again first. */
  const claimAndTake = async (folder: Folder, spot: Spot, path: string, atRest: string) => {
    signal.throwIfAborted();
    if ((await traits(spot.path)) !== atRest || (await parking.holds(path))) return false;
    if (await roots.of(folder)) {
      // It is listed again when all of the folder is there.
      wait();
      return true;
    }
    using passage = gates.enter(profileOf(folder));
    if (!passage) return false;
    const claimed = await claim(folder, profileOf(folder), spot, instance);
    // From here on another file may come under the same name.
    offered.delete(keyOf(spot));
    if (typeof claimed === "string") refuse(folder, path, claimed);
    else if (claimed !== null) {
      reported.delete(path);
      await take(claimed, passage);
    }
    return true;
  };

  const carryOn = async (arrival: Arrival, isRead: boolean) => {
    if (isRead) {
      await queue.add(() => take(arrival, unhindered));
      return;
    }
    do {
      if (!(await gates.free(arrival.profile, settings.isLasting()))) return wait();
    } while (!(await queue.add(() => takeAgain(arrival))));
  };

  const takeAgain = async (arrival: Arrival) => {
    using passage = gates.enter(arrival.profile);
    if (passage) await take(arrival, passage);
    return passage !== null;
  };

  /** One at a time, for a folder that comes back names all that is staged in it, also what is in work. */
  const take = async (arrival: Arrival, passage: Passage) => {
    const { staged } = arrival;
    while (inWork.has(staged)) await inWork.get(staged);
    const done = handleStaged(arrival, passage).finally(() => inWork.delete(staged));
    inWork.set(staged, done);
    await done;
  };

  const handleStaged = async (arrival: Arrival, passage: Passage) => {
    // It may wait again before all is done here, and be over at once.
    offered.delete(arrival.staged);
    if (signal.aborted) {
      tally.aborted += 1;
      return;
    }
    if (await isGone(arrival)) return;
    if (await roots.of(arrival.folder)) return stay(arrival);
    const fate = await handle(arrival, passage);
    tally[fate] += 1;
    // What it cost is mostly less than what was held for it.
    if (fate !== "waiting") parking.refill();
  };

  /** Looked at twice, for its disk may have come back between the two looks. */
  const isGone = async ({ staged, folder }: Arrival) => {
    if ((await traits(staged)) !== null || (await roots.at(folder.inbox))) return false;
    return (await traits(staged)) === null;
  };

  /** In staging, untouched: nothing is made of it while a disk of its folder is away. */
  const stay = ({ folder, profile, staged: path }: Arrival) => {
    const since = Date.now();
    const retryAt = since + settings.pause;
    const upperUsd = null;
    parking.add({
      folder,
      profile,
      path,
      parked: null,
      reason: "offline",
      since,
      retryAt,
      upperUsd,
    });
    if (!settings.isLasting()) wait();
  };

  const wait = () => {
    tally.waiting += 1;
  };

  const refuse = (folder: Folder, path: string, refusal: Refusal) => {
    if (reported.get(path) === refusal) return;
    reported.set(path, refusal);
    tally.ignored += 1;
    const level = refusal === "HIDDEN" || refusal === "TEMPORARY" ? "debug" : "info";
    const error = { code: refusal, message: refusals[refusal] };
    log[level]({ event: "file.ignored", folder: folder.name, path, error }, "file ignored");
  };

  return {
    offer(folder, spot) {
      const path = join(folder.inbox, spot.relative);
      start(keyOf(spot), () => consider(folder, spot, path));
    },
    resume: (arrival, isRead) => start(arrival.staged, () => carryOn(arrival, isRead)),
    async idle() {
      while (running.size > 0) await Promise.all(running);
    },
    forget(folder, there) {
      for (const path of reported.keys()) {
        if (path.startsWith(`${folder.inbox}/`) && !there.has(path)) reported.delete(path);
      }
    },
    tally: () => tally,
  };
}

async function judge(inbox: string, { path }: Spot): Promise<Refusal | null> {
  try {
    return judgeStats(await lstat(path), await lstat(await realpath(inbox)));
  } catch (error) {
    if (isErrno(error, "ENAMETOOLONG")) return "PATH_TOO_LONG";
    throw error;
  }
}

const sizeOf = async ({ path }: Spot): Promise<number> => (await lstat(path)).size;

/** Tells files apart whose names are printed alike. */
const keyOf = ({ path }: Spot) => (typeof path === "string" ? path : path.toString("latin1"));
