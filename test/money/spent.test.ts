import test from "ava";
import type { Caps } from "../../src/money/budget.ts";
import { spentBy } from "../../src/money/spent.ts";
import type { BookedCall } from "../../src/store/forgotten.ts";
import type { Call } from "../../src/store/record.ts";
import { seededRecord } from "../helpers/seeded-store.ts";

const now = new Date(2026, 10, 22, 14, 5);
const [sample] = seededRecord(1).calls as [Call];
const none: Caps = { perDocument: null, perDay: null, perMonth: null };
const caps = { all: { ...none, perDay: "2" }, folders: new Map([["scans", none]]) };

const call = (at: Date, costUsd: string, possibleUsd = "0", folder = "scans"): BookedCall => ({
  ...sample,
  folder,
  id: "3f2a9c01b7de",
  sha256: "3f2a9c01b7de".padEnd(64, "0"),
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
    folders: [],
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

test("a folder with caps of its own has sums of its own", (t) => {
  const own: Caps = { ...none, perMonth: "5" };
  const folders = new Map([
    ["scans", none],
    ["mail", own],
    ["empty", own],
  ]);
  const calls = [call(now, "1"), call(now, "0.5", "0.25", "mail")];
  const { day, folders: seen } = spentBy(calls, { all: none, folders }, now);
  t.is(day.costUsd, "1.5");
  const gone = { costUsd: "0.5", possibleUsd: "0.25" };
  const nothing = { costUsd: "0", possibleUsd: "0" };
  t.deepEqual(seen, [
    { name: "mail", day: { ...gone, capUsd: null }, month: { ...gone, capUsd: "5" } },
    { name: "empty", day: { ...nothing, capUsd: null }, month: { ...nothing, capUsd: "5" } },
  ]);
});
