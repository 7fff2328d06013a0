import test from "ava";
import { daySummary } from "../../src/notify/summary.ts";
import { booksOf } from "../../src/store/forgotten.ts";
import type { DocumentRecord } from "../../src/store/record.ts";
import { seededRecord } from "../helpers/seeded-store.ts";

const limits = {
  all: { perDocument: null, perDay: "2", perMonth: "20" },
  folders: new Map<string, never>(),
};
/** A local day, for so the budget's are. */
const [since, until] = [new Date(2026, 4, 31), new Date(2026, 5, 1)];
const at = (hour: number, day = 31) => new Date(2026, 4, day, hour).toISOString();

const summed = (records: readonly DocumentRecord[]) =>
  daySummary({ records, calls: booksOf(() => records, []).calls(), limits }, since, until);

const [call] = seededRecord(0).calls;
const came = (number: number, createdAt: string, change: Partial<DocumentRecord> = {}) =>
  seededRecord(number, {
    createdAt,
    calls: call ? [{ ...call, seq: number + 1, at: createdAt, costUsd: "0.5" }] : [],
    ...change,
  });

test("a day counts what came in it, all that needs somebody, and what it cost", (t) => {
  const day = summed([
    came(0, at(0)),
    came(1, at(23), { status: "review" }),
    came(2, at(12, 30), { status: "quarantined" }),
    came(3, at(0, 32), { status: "waiting" }),
    came(4, at(9, 1), { duplicates: [{ path: "/a.pdf", seenAt: at(8), movedTo: null }] }),
  ]);
  t.like(day, { came: 2, duplicates: 1, waiting: 1, review: 1, quarantined: 1 });
  t.like(day?.became, { archived: 1, review: 1, quarantined: 0 });
  t.deepEqual(day?.day, { costUsd: "1", possibleUsd: "0", capUsd: "2" });
  t.deepEqual(day?.month, { costUsd: "2", possibleUsd: "0", capUsd: "20" });
});

test("of a day on which nothing was, nothing is told", (t) => {
  t.is(summed([]), null);
  t.is(summed([came(0, at(12, 29)), came(1, at(0, 32))]), null);
});

test("what waits is told each day", (t) => {
  t.like(summed([came(0, at(12, 1), { status: "waiting" })]), { came: 0, waiting: 1 });
});
