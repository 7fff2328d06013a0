import { lstat } from "node:fs/promises";
import { join } from "node:path";
import PQueue from "p-queue";
import type { Logger } from "pino";
import type { Arrival, Folder } from "../document.ts";
import { isErrno } from "../errors.ts";
import { loggable } from "../log.ts";
import type { Profile } from "../openai/profile.ts";
import type { Parked } from "../store/record.ts";
import { claim } from "./claim.ts";
import type { Fate } from "./endings/ending.ts";
import { judgeName, judgeStats, type Refusal, refusals } from "./judge.ts";
import { settled } from "./settle.ts";

/** Takes what lies in the inboxes, so many at a time. */
export interface Intake {
  /** Looks at a file by its path below the folder's inbox, and takes it once it is at rest. */
  readonly offer: (folder: Folder, relative: string) => void;
  /** Takes a file that was claimed before. */
  readonly resume: (arrival: Arrival) => void;
  /** Resolves when nothing is waited for and nothing is in work. */
  readonly idle: () => Promise<void>;
  /** How many files met which fate so far. */
  readonly tally: () => Readonly<Tally>;
}

/** `ignored`: left where it lies; `failed`: could not even be looked at. */
export type Tally = Record<Fate | "ignored" | "failed", number>;

export interface IntakeSettings {
  readonly concurrency: number;
  readonly instance: string;
  readonly profileOf: (folder: Folder) => Profile;
  readonly handle: (arrival: Arrival, signal: AbortSignal) => Promise<Fate>;
  /** What was put back at a path and must not be taken again before its reason is over. */
  readonly parkedAt: (path: string) => Parked | undefined;
  readonly signal: AbortSignal;
  readonly log: Logger;
}

export function openIntake(settings: IntakeSettings): Intake {
  const { concurrency, instance, profileOf, handle, parkedAt, signal, log } = settings;
  const queue = new PQueue({ concurrency });
  /** What is looked at or waits for its turn, by path: each file once. */
  const offered = new Set<string>();
  const running = new Set<Promise<void>>();
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

  const start = (path: string, work: () => Promise<void>) => {
    if (signal.aborted || offered.has(path)) return;
    offered.add(path);
    const done = guarded(path, work).finally(() => running.delete(done));
    running.add(done);
  };

  /** Whatever happens to a file, it stops no other. */
  const guarded = async (path: string, work: () => Promise<void>) => {
    try {
      await work();
    } catch (error) {
      // Gone again before it was at rest: nothing is left to be taken.
      if (signal.aborted || isErrno(error, "ENOENT")) return;
      tally.failed += 1;
      log.error({ event: "file.ignored", path, error: loggable(error) }, "file not taken");
    } finally {
      offered.delete(path);
    }
  };

  const consider = async (folder: Folder, relative: string, path: string) => {
    const refusal = judgeName(relative, folder.recursive) ?? (await judge(folder.inbox, path));
    if (refusal) return refuse(folder, path, refusal);
    if (!(await settled(path, folder.settle, signal))) return;
    if (await isUnchanged(parkedAt(path))) return;
    await queue.add(() => claimAndTake(folder, relative, path));
  };

  const claimAndTake = async (folder: Folder, relative: string, path: string) => {
    signal.throwIfAborted();
    const claimed = await claim(folder, profileOf(folder), relative, instance);
    // From here on another file may come under the same name.
    offered.delete(path);
    if (claimed === null) return;
    if (typeof claimed === "string") return refuse(folder, path, claimed);
    reported.delete(path);
    await take(claimed);
  };

  const take = async (arrival: Arrival) => {
    tally[await handle(arrival, signal)] += 1;
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
    offer(folder, relative) {
      const path = join(folder.inbox, relative);
      start(path, () => consider(folder, relative, path));
    },
    resume: (arrival) => start(arrival.staged, () => queue.add(() => take(arrival))),
    async idle() {
      while (running.size > 0) await Promise.all(running);
    },
    tally: () => tally,
  };
}

async function judge(inbox: string, path: string): Promise<Refusal | null> {
  return judgeStats(await lstat(path), await lstat(inbox));
}

/** Whether what was put back still lies there as it was. */
async function isUnchanged(parked: Parked | undefined): Promise<boolean> {
  if (!parked) return false;
  const { ino, size, mtimeMs } = await lstat(parked.path);
  return ino === parked.ino && size === parked.size && mtimeMs === parked.mtimeMs;
}
