import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import { LOG_NAME } from "../../src/log.ts";
import type { Caps } from "../../src/money/budget.ts";
import { addUp } from "../../src/money/costs.ts";
import { openLedger } from "../../src/money/ledger.ts";
import { type BilledLine, moneyLines, type ReportLine } from "../../src/money/log-lines.ts";
import { reconcile } from "../../src/money/reconcile.ts";
import { newRunning } from "../../src/money/report.ts";
import type { DocumentRecord } from "../../src/store/record.ts";
import { openStore } from "../../src/store/store.ts";
import { captureLogs } from "../helpers/capture-logs.ts";
import { emptyFolder } from "../helpers/folder.ts";
import { seededRecord, seedStore } from "../helpers/seeded-store.ts";
import { uncapped } from "./billed.ts";
import { billedLine } from "./billed-line.ts";

/** A record whose one call has this number. */
function booked(seq: number, change: Partial<DocumentRecord["calls"][number]> = {}) {
  const record = seededRecord(seq);
  const [call] = record.calls;
  return { ...record, calls: [{ ...call!, seq, ...change }] };
}

/** The line of the call of such a record. */
function lineOf({ id, sha256, folder, calls: [call] }: DocumentRecord): BilledLine {
  return billedLine(call!.seq, { ...call!, folder, id, sha256, first: true });
}

function reportOf(records: readonly DocumentRecord[]): ReportLine {
  const running = newRunning();
  for (const {
    id,
    sha256,
    folder,
    calls: [call],
  } of records) {
    running.add({ ...call!, id, sha256, folder });
  }
  return { event: "cost.report", time: new Date(2026, 0, 21).toISOString(), ...running.report() };
}

/** What a store with these records knows once it was held against a log with these lines. */
async function reconciled(
  t: ExecutionContext,
  records: readonly DocumentRecord[],
  lines: readonly (BilledLine | ReportLine)[],
  caps: Caps = { ...uncapped, perDocument: "0.5" },
) {
  const [dataDir, folder] = [await emptyFolder(t), await emptyFolder(t)];
  await seedStore(dataDir, records);
  const text = lines.map((line) => `${JSON.stringify(line)}\n`).join("");
  await writeFile(join(folder, "autod.2026-01-15.1.log"), text);
  const logs = captureLogs();
  const store = await openStore(dataDir);
  const witness = { folder, name: LOG_NAME, caps, log: logs.logger };
  const end = await reconcile(store, witness);
  const calls = [...store.calls()].toSorted((a, b) => a.seq - b.seq);
  await store[Symbol.asyncDispose]();
  const afresh = await openStore(dataDir);
  t.deepEqual([...afresh.calls()].length, calls.length, "it is durable");
  const again = captureLogs();
  await reconcile(afresh, { ...witness, log: again.logger });
  t.deepEqual(again.lines(), [], "and done once");
  t.teardown(() => afresh[Symbol.asyncDispose]());
  return { calls, end, logs, store: afresh, folder };
}

const [one, two, three] = [booked(1), booked(2), booked(3)];
const all = [one, two, three];

test("a store that has what the log tells of stays as it is", async (t) => {
  const { calls, logs, end } = await reconciled(t, all, all.map(lineOf));
  t.deepEqual(
    calls.map(({ seq }) => seq),
    [1, 2, 3],
  );
  t.deepEqual(end.seqs, new Set([1, 2, 3]));
  t.deepEqual(logs.lines(), []);
});

test("a store of which the log tells nothing stays as it is", async (t) => {
  const { calls, logs } = await reconciled(t, all, []);
  t.is(calls.length, 3);
  t.deepEqual(logs.lines(), []);
});

for (const [name, left] of Object.entries({
  first: [one],
  others: [one, three],
  last: [three],
  none: [],
})) {
  test(`calls that the log tells of are kept from there: what is left is ${name}`, async (t) => {
    const { calls, logs, store } = await reconciled(t, left, all.map(lineOf));
    t.deepEqual(
      calls.map(({ seq, id, costUsd, possibleUsd, at, usage, responseId }) => [
        [seq, id, costUsd, possibleUsd],
        [at, usage, responseId],
      ]),
      all.map(({ id, calls: [call] }) => [
        [call?.seq, id, call?.costUsd, "0"],
        [call?.at, call?.usage, call?.responseId],
      ]) as never,
    );
    t.is(logs.lines().length, 1);
    t.like(logs.lines()[0], { error: { code: "STORE_DAMAGED" }, kept: { unknown: 0 } });
    t.is(store.nextSeq(), 4);
  });
}

test("a call of which nobody can know is booked at the most that it may have cost", async (t) => {
  const { calls, logs } = await reconciled(t, [one, booked(4)], [lineOf(one)]);
  t.deepEqual(
    calls.map(({ seq, outcome, costUsd, possibleUsd }) => [seq, outcome, costUsd, possibleUsd]),
    [
      [1, "ok", "0.00075704", "0"],
      [2, "unknown", "0", "0.5"],
      [3, "unknown", "0", "0.5"],
      [4, "ok", "0.00075704", "0"],
    ],
  );
  t.is(calls[1]?.at, calls[3]?.at, "as late as it may have been");
  t.like(logs.lines()[0], { kept: { log: 0, totals: 0, unknown: 2 } });
});

for (const [caps, most] of [
  [{ perDocument: null, perDay: "2", perMonth: "20" }, "2"],
  [{ perDocument: null, perDay: null, perMonth: "20" }, "20"],
  [{ perDocument: null, perDay: null, perMonth: null }, "0"],
] as const) {
  test(`without a cap for a document it is booked at $${most}`, async (t) => {
    const { calls } = await reconciled(t, [booked(2)], [], caps);
    t.is(calls[0]?.possibleUsd, most);
  });
}

test("of calls that only the running totals tell of, each month's sum is kept", async (t) => {
  const january = new Date(2026, 0, 10).toISOString();
  const december = new Date(2025, 11, 10).toISOString();
  const lost = [
    booked(1, { at: december, costUsd: "0.1" }),
    booked(2, { at: december, costUsd: "0.2", possibleUsd: "0.05" }),
    booked(3, { at: january, costUsd: "0.4" }),
  ];
  const kept = [booked(4, { at: january, costUsd: "0.8" })];
  const told = reportOf([...lost, ...kept]);
  const { calls, store, folder } = await reconciled(t, kept, [told]);
  t.deepEqual(
    calls.map(({ seq, costUsd, possibleUsd }) => [seq, costUsd, possibleUsd]),
    [
      [1, "0", "0"],
      [2, "0.3", "0.05"],
      [3, "0.4", "0"],
      [4, "0.8", "0"],
    ],
  );
  t.is(calls[1]?.usage.inputTokens, 2 * 1834);
  t.is(new Date(calls[1]?.at ?? "").getMonth(), 11);
  t.is(calls[2]?.at, told.time);

  // What is told from now on is the same sum.
  const logs = captureLogs();
  openLedger(store, { since: 0, seqs: new Set(), reported: 0 }, logs.logger).report();
  const { months } = logs.lines().at(-1) as unknown as ReportLine;
  const { groups } = await addUp(moneyLines(folder, LOG_NAME), { by: "month" });
  t.deepEqual(
    groups.map(({ key, costUsd, possibleUsd }) => [key, costUsd, possibleUsd]),
    Object.entries(months).map(([key, of]) => [key, of.costUsd, of.possibleUsd]),
  );
});

test("a line that tells too little of a lost call is as good as none", async (t) => {
  const { price: _, ...bare } = lineOf(one);
  const { calls } = await reconciled(t, [two], [bare]);
  t.like(calls[0], { seq: 1, outcome: "unknown", possibleUsd: "0.5" });
});
