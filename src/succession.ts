import { openSchedule, type Job, type Schedule } from "./schedule.ts";
import type { Shift } from "./shift.ts";

/** Which shift is in charge, as settings change; disposing waits for all of them, and closes them. */
export interface Succession extends AsyncDisposable {
  /** The one that is. */
  readonly shift: () => Shift;
  /** Begins to watch, and to do the jobs at their times. */
  readonly begin: () => Promise<void>;
  /** Has another take over; what the former has in hand it ends by itself, beside the work. */
  readonly handOver: (next: Shift) => Promise<void>;
  /** Lets something end beside the work. */
  readonly leave: (ending: PromiseLike<void> | undefined) => void;
  /** How many documents former shifts still have in hand. */
  readonly inHand: () => number;
  /** The names of jobs that should have been begun long ago. */
  readonly late: () => readonly string[];
  /** Resolves when no job is done any more, nor begun. */
  readonly rest: () => Promise<void>;
}

export interface SuccessionSettings {
  readonly jobsOf: (shift: Shift) => readonly Job[];
  /** Told when one was taken over from and nothing is on its way into staging, before the next begins. */
  readonly onHandOver: (former: Shift, next: Shift) => void;
  /** What is worked on, by where it is staged. */
  readonly inWork: ReadonlyMap<string, unknown>;
  readonly failed: (name: string, error: unknown) => void;
}

export function openSuccession(first: Shift, settings: SuccessionSettings): Succession {
  const { jobsOf, onHandOver, inWork, failed } = settings;
  let shift = first;
  let schedule: Schedule | null = null;
  /** What ends beside the work. */
  const leaving = new Set<Promise<void>>();
  /** What was in work at the last change. */
  let staged: readonly string[] = [];

  const start = async () => {
    await shift.watch();
    schedule = await openSchedule(jobsOf(shift), failed);
  };

  const leave = (ending: PromiseLike<void> | undefined) => {
    const left = (async () => await ending)().catch((error: unknown) => {
      failed("end of what former settings had open", error);
    });
    leaving.add(left);
    void left.finally(() => leaving.delete(left));
  };

  const bidFarewell = async (former: Shift, jobs: PromiseLike<void> | undefined) => {
    await former.idle();
    await jobs;
    await former.cleaned();
    await former[Symbol.asyncDispose]();
    // What it could not delete any more.
    shift.clean();
  };

  return {
    shift: () => shift,
    begin: start,
    leave,

    async handOver(next) {
      const former = shift;
      const jobs = schedule?.[Symbol.asyncDispose]();
      await former.retire();
      onHandOver(former, next);
      shift = next;
      staged = [...inWork.keys()];
      leave(bidFarewell(former, jobs));
      // It is in charge now, whatever the disk says to what was left half done.
      await next.begin().catch((error: unknown) => failed("what was left half done", error));
      await start();
    },

    inHand: () => staged.filter((one) => inWork.has(one)).length,
    late: () => schedule?.late() ?? [],
    async rest() {
      await schedule?.[Symbol.asyncDispose]();
    },

    async [Symbol.asyncDispose]() {
      await Promise.all(leaving);
      await shift[Symbol.asyncDispose]();
    },
  };
}
