import { createTask, type Logger as CronLogger, type ScheduledTask, validate } from "node-cron";

/** Something that is done at times. */
export interface Job {
  readonly name: string;
  /** A cron expression, local time. */
  readonly at: string;
  readonly run: () => Promise<void>;
}

/** Jobs that are done at their times. */
export interface Schedule extends AsyncDisposable {
  /** The names of jobs whose time was long ago, and that were not begun since. */
  readonly late: () => readonly string[];
}

/** Milliseconds: what is so long overdue isn't only waiting for its turn. */
const LATE = 5 * 60_000;

/**
 * Does jobs at their times until it is disposed, which waits for one that is under way.
 *
 * One that is still under way at its next time is not begun twice; one that comes late, because the machine
 * slept or was busy, is done then. What fails is told to `onFailed`, and done again the next time.
 */
export async function openSchedule(
  jobs: readonly Job[],
  onFailed: (name: string, error: unknown) => void,
  late = LATE,
): Promise<Schedule> {
  const underWay = new Set<Promise<void>>();
  /** When each job is to begin, as performance.now(): a clock that is set makes nothing late. */
  const due = new Map<string, number>();
  const expect = (task: ScheduledTask) => {
    const next = task.getNextRun();
    if (next && task.name) due.set(task.name, performance.now() + next.getTime() - Date.now());
  };
  const tasks = jobs.map(({ name, at, run }) => {
    const task = createTask(
      at,
      async () => {
        expect(task);
        const done = run().catch((error: unknown) => onFailed(name, error));
        underWay.add(done);
        await done;
        underWay.delete(done);
      },
      // However late, for a machine may sleep through every midnight; only the last time missed is made up for.
      { name, noOverlap: true, missedExecutionTolerance: Infinity, logger: silent },
    );
    return task;
  });
  for (const task of tasks) {
    await task.start();
    expect(task);
  }
  return {
    late: () => [...due].filter(([, at]) => performance.now() > at + late).map(([name]) => name),
    async [Symbol.asyncDispose]() {
      for (const task of tasks) await task.destroy();
      await Promise.all(underWay);
    },
  };
}

/** What the library would print to the terminal. */
const silent: CronLogger = {
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  debug: () => undefined,
};

/** Whether a text is a cron expression: minute, hour, day, month, weekday, with seconds before them or not. */
export const isCron = (text: string): boolean => validate(text);
