import { mock } from "node:test";
import { setTimeout } from "node:timers/promises";
import test from "ava";
import { getTasks } from "node-cron";
import { isCron, type Job, openSchedule } from "../src/schedule.ts";
import { until } from "./helpers/watching.ts";

const everySecond = "* * * * * *";

/** A job every second that counts how often it was begun. */
function counting(name: string, at = everySecond, work = async () => undefined as void) {
  let begun = 0;
  const run = () => {
    begun += 1;
    return work();
  };
  return { name, at, run, begun: () => begun } satisfies Job & { begun: unknown };
}

const never = (name: string, error: unknown) => {
  throw new Error(`${name} failed`, { cause: error });
};

test.serial("a job that is under way at its next time is not begun twice", async (t) => {
  const { promise: over, resolve: end } = Promise.withResolvers<void>();
  const long = counting("long", everySecond, () => over);
  const witness = counting("witness");
  await using _ = await openSchedule([long, witness], never);
  await until(() => witness.begun() >= 3);
  t.is(long.begun(), 1);
  end();
  await until(() => long.begun() >= 2);
  t.pass();
});

test.serial("a job that is not begun any more is late, until it is", async (t) => {
  const { promise: over, resolve: end } = Promise.withResolvers<void>();
  const long = counting("long", everySecond, () => over);
  await using schedule = await openSchedule([long], never, 500);
  await until(() => long.begun() === 1);
  await until(() => schedule.late().includes("long"));
  end();
  await until(() => long.begun() > 1 && schedule.late().length === 0);
  t.pass();
});

test.serial("a job whose time passed while the process was busy is done", async (t) => {
  const second = new Date(Date.now() + 2_000).getSeconds();
  const job = counting("job", `${second} * * * * *`);
  await using _ = await openSchedule([job], never);
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 4_500);
  await until(() => job.begun() > 0);
  t.is(job.begun(), 1);
});

test.serial("a job whose time passed while the machine slept is done, once", async (t) => {
  mock.timers.enable({ apis: ["Date"], now: new Date(2026, 0, 15, 23, 59, 59, 900).getTime() });
  t.teardown(() => mock.timers.reset());
  const daily = counting("daily", "0 0 * * *");
  const often = counting("often", "*/5 * * * *");
  await using _ = await openSchedule([daily, often], never);
  mock.timers.setTime(new Date(2026, 0, 16, 8, 3).getTime());
  await until(() => daily.begun() > 0 && often.begun() > 0);
  t.deepEqual([daily.begun(), often.begun()], [1, 1]);
});

test.serial("disposing waits for a job that is under way, and leaves no task behind", async (t) => {
  const { promise: over, resolve: end } = Promise.withResolvers<void>();
  let isOver = false;
  const job = counting("job", everySecond, async () => {
    await over;
    isOver = true;
  });
  const schedule = await openSchedule([job], never);
  await until(() => job.begun() > 0);
  const disposed = schedule[Symbol.asyncDispose]();
  t.is(await Promise.race([disposed, setTimeout(50, "waits")]), "waits");
  end();
  await disposed;
  t.true(isOver);
  t.is(getTasks().size, 0);
});

test.serial("what fails is told with its name, and done again the next time", async (t) => {
  const told: unknown[] = [];
  const trouble = new Error("not now");
  const job = counting("job", everySecond, () => Promise.reject(trouble));
  {
    await using _ = await openSchedule([job], (name, error) => told.push([name, error]));
    await until(() => told.length >= 2);
  }
  t.deepEqual(told.slice(0, 2), [
    ["job", trouble],
    ["job", trouble],
  ]);
});

const is = test.macro({
  exec: (t, text: string, wanted: boolean) => t.is(isCron(text), wanted),
  title: (_, text, wanted) => `${JSON.stringify(text)} is ${wanted ? "a" : "no"} cron expression`,
});

test(is, "*/5 * * * *", true);
test(is, "0 0 * * *", true);
test(is, "30 */2 1,15 jan-MAR mon-fri", true);
test(is, "  0   0 * *  7 ", true);
test(is, "10-50/20 0 0 1 1 0", true);
test(is, "", false);
test(is, "* * * *", false);
test(is, "* * * * * * *", false);
test(is, "60 * * * *", false);
test(is, "* 24 * * *", false);
test(is, "* * 0 * *", false);
test(is, "* * * 13 *", false);
test(is, "* * * * 8", false);
test(is, "1-2-3 * * * *", false);
test(is, "*/0 * * * *", false);
test(is, "*/2/3 * * * *", false);
test(is, "1, * * * *", false);
test(is, "1.5 * * * *", false);
test(is, "jan * * * *", false);
test(is, "@daily", true);
