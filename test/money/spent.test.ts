import test from "ava";
import { spentBy } from "../../src/money/spent.ts";
import type { Call } from "../../src/store/record.ts";
import { seededRecord } from "../helpers/seeded-store.ts";

const now = new Date(2026, 10, 22, 14, 5);
const [sample] = seededRecord(1).calls as [Call];
const caps = { perDocument: null, perDay: "2", perMonth: null };

const call = (at: Date, costUsd: string, possibleUsd = "0"): Call => ({
  ...sample,
  at: at.toISOString(),
  costUsd,
  possibleUsd,
});

test("a day and a month begin at local midnight, and what came before counts in neither", (t) => {
  const calls = [
    call(new Date(2026, 9, 31, 23, 59), "100"),
    call(new Date(2026, 10, 1), "10"),
    call(new Date(2026, 10, 21, 23, 59), "1"),
    call(new Date(2026, 10, 22), "0.1"),
    call(now, "0.000000000001", "0.05"),
  ];
  t.deepEqual(spentBy(calls, caps, now), {
    day: { costUsd: "0.100000000001", possibleUsd: "0.05", capUsd: "2" },
    month: { costUsd: "11.100000000001", possibleUsd: "0.05", capUsd: null },
  });
});

test("what was booked before the clock was set back counts, as it does for the budget", (t) => {
  const { day, month } = spentBy([call(new Date(2027, 0, 5), "1")], caps, now);
  t.is(day.costUsd, "1");
  t.is(month.costUsd, "1");
});

test("nothing was spent where nothing was called", (t) => {
  t.like(spentBy([], caps, now).month, { costUsd: "0", possibleUsd: "0" });
});
