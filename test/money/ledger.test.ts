import test from "ava";
import { openLedger } from "../../src/money/ledger.ts";
import type { ReportLine } from "../../src/money/log-lines.ts";
import type { BookedCall } from "../../src/store/forgotten.ts";
import { captureLogs } from "../helpers/capture-logs.ts";
import { billedLine } from "./billed-line.ts";

const callOf = (seq: number, change: Partial<BookedCall> = {}): BookedCall => {
  const { event: _, first: __, ...call } = billedLine(seq);
  return { ...call, id: `d${seq}`, sha256: `${seq}`.padStart(64, "0"), ...change } as BookedCall;
};

/** A ledger of a store with these calls, all of which the log has. */
function open(calls: readonly BookedCall[] = [], unbilled = () => 0) {
  const logs = captureLogs();
  let last = calls.length;
  const store = { calls: () => calls, unbilled, nextSeq: () => (last += 1) };
  const end = { since: Infinity, seqs: new Set<number>(), reported: 0 };
  const ledger = openLedger(store, end, logs.logger);
  const reports = () =>
    logs.lines().filter(({ event }) => event === "cost.report") as unknown as ReportLine[];
  return { ...ledger, logs, reports };
}

test("running totals are of all, of each month, model and folder, as of the last call", (t) => {
  const { report, reports } = open([
    callOf(1, { at: new Date(2026, 0, 31).toISOString() }),
    callOf(2, { at: new Date(2026, 1, 1).toISOString(), folder: "mail", outcome: "failed" }),
    callOf(3, {
      at: new Date(2026, 1, 2).toISOString(),
      model: "gpt-5",
      id: "d1",
      sha256: "1".padStart(64, "0"),
    }),
  ]);
  report();
  const [now] = reports();
  t.like(now, { seq: 3, total: { costUsd: "0.75", calls: 3, ok: 2, documents: 2 } });
  const of = (group: "months" | "models" | "folders") =>
    Object.entries(now?.[group] ?? {}).map(([key, { calls, documents }]) => [
      key,
      calls,
      documents,
    ]);
  t.deepEqual(of("months"), [
    ["2026-01", 1, 1],
    ["2026-02", 2, 1],
  ]);
  t.deepEqual(of("models"), [
    ["gpt-5", 1, 0],
    ["gpt-5.6-luna", 2, 2],
  ]);
  t.deepEqual(of("folders"), [
    ["mail", 1, 1],
    ["scans", 2, 1],
  ]);
});

test("asks that came to nothing count as sent, and as failed", (t) => {
  let unbilled = 3;
  const calls = [callOf(1), callOf(2, { outcome: "unknown" })];
  const { report, reports } = open(calls, () => unbilled);
  unbilled += 1;
  report();
  t.deepEqual(reports()[0]?.asks, { sent: 6, ok: 1, failed: 5 });
});

test("totals are as of the last call before one that is not booked yet", (t) => {
  const { nextSeq, tell, report, reports, logs } = open([callOf(1)]);
  t.deepEqual([nextSeq(), nextSeq(), nextSeq()], [2, 3, 4]);
  tell(callOf(3), logs.logger);
  report();
  tell(callOf(2), logs.logger);
  report();
  tell(callOf(4), logs.logger);
  report();
  t.deepEqual(
    reports().map(({ seq, total: { calls, costUsd } }) => [seq, calls, costUsd]),
    [
      [1, 1, "0.25"],
      [3, 3, "0.75"],
      [4, 4, "1"],
    ],
  );
});

test("a line says whether the call was the first for its document", (t) => {
  const { nextSeq, tell, logs } = open([callOf(1)]);
  for (const { sha256 } of [callOf(1), callOf(9), callOf(9)]) {
    tell(callOf(nextSeq(), { sha256 }), logs.logger.child({ folder: "scans" }));
  }
  t.deepEqual(
    logs.lines().map(({ first }) => first),
    [false, true, false],
  );
  t.like(logs.lines()[0], { folder: "scans", event: "call.billed", seq: 2 });
});

test("every thousand calls the running totals are written", (t) => {
  const { nextSeq, tell, logs, reports } = open([callOf(1), callOf(2)]);
  for (let number = 0; number < 2_500; number += 1) tell(callOf(nextSeq()), logs.logger);
  t.deepEqual(
    reports().map(({ seq }) => seq),
    [1002, 2002],
  );
});
