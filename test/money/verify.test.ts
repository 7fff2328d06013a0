import test from "ava";
import { array, assert, asyncProperty, bigInt, nat, record } from "fast-check";
import { formatAmount } from "../../src/money/amount.ts";
import type { BilledLine, MoneyLine, ReportLine } from "../../src/money/log-lines.ts";
import { newRunning } from "../../src/money/report.ts";
import { verification, verify } from "../../src/money/verify.ts";
import type { BookedCall } from "../../src/store/forgotten.ts";
import { billedLine } from "./billed-line.ts";

const lines = [1, 2, 3, 4].map((seq) =>
  billedLine(seq, { id: `d${seq}`, sha256: `${seq}`.repeat(64), first: true }),
);
const [, second, , last] = lines as [BilledLine, BilledLine, BilledLine, BilledLine];

const reportOf = (some: readonly BilledLine[]): ReportLine => {
  const running = newRunning();
  for (const one of some) running.add(one as never);
  return { event: "cost.report", time: new Date().toISOString(), ...running.report() };
};

async function* told(some: readonly MoneyLine[]): AsyncGenerator<MoneyLine[]> {
  yield [...some];
}

const held = (log: readonly MoneyLine[], store: readonly BilledLine[]) =>
  verify(told(log), { calls: () => store as never as BookedCall[] });

test("a log and a store of the same calls agree", async (t) => {
  const found = await held(lines, lines);
  t.true(found.equal);
  t.deepEqual(found.log, found.store);
  t.like(found.log, { costUsd: "1", calls: 4, documents: 4 });
  t.deepEqual(verification.parse(found), found);
});

test("they agree where lines are gone that running totals count", async (t) => {
  t.true((await held([reportOf(lines.slice(0, 3)), last], lines)).equal);
  t.true((await held([second, reportOf(lines.slice(0, 2)), ...lines.slice(2)], lines)).equal);
});

test("they agree where nothing was ever called", async (t) => {
  t.true((await held([], [])).equal);
});

test("a call that the log lacks is named", async (t) => {
  const { equal, differences, log, store } = await held(lines.slice(0, 3), lines);
  t.false(equal);
  t.deepEqual(differences, [
    { what: "call", seq: 4, id: "d4", log: null, store: { costUsd: "0.25", possibleUsd: "0" } },
  ]);
  t.deepEqual([log.costUsd, store.costUsd], ["0.75", "1"]);
});

test("a call that the store lacks is named", async (t) => {
  const { equal, differences } = await held(lines, lines.slice(1));
  t.false(equal);
  t.like(differences, [{ what: "call", seq: 1, id: "d1", store: null }]);
});

test("a call that one has otherwise is named, by its cost, what is possible, or its tokens", async (t) => {
  const usage = { ...second.usage, outputTokens: 1 };
  for (const change of [{ costUsd: "0.250000000001" }, { possibleUsd: "1" }, { usage }]) {
    const { equal, differences } = await held(lines, lines.with(1, { ...second, ...change }));
    t.false(equal);
    t.like(differences, [{ what: "call", seq: 2, id: "d2" }]);
    t.is(differences.length, 1);
  }
});

test("running totals that are other than the store's are named", async (t) => {
  const wrong = reportOf(lines.slice(0, 2).with(0, { ...second, seq: 1, costUsd: "0.26" }));
  const { equal, differences } = await held([wrong, ...lines.slice(2)], lines);
  t.false(equal);
  t.like(differences, [
    { what: "total", seq: 2, id: null, log: { costUsd: "0.51" }, store: { costUsd: "0.5" } },
  ]);
});

test("of a million millionths of a millionth not one is lost, wherever a report stands", async (t) => {
  const story = record({
    amounts: array(bigInt({ min: 0n, max: 10n ** 18n })),
    at: nat(20),
    off: nat(20),
  });
  await assert(
    asyncProperty(story, async ({ amounts, at, off }) => {
      const calls = amounts.map((amount, index) =>
        billedLine(index + 1, { costUsd: formatAmount(amount), first: index === 0 }),
      );
      const log = [reportOf(calls.slice(0, at)), ...calls.slice(at)];
      t.true((await held(log, calls)).equal);
      const wrong = calls[off];
      if (!wrong) return;
      const more = formatAmount((amounts[off] ?? 0n) + 1n);
      t.false((await held(log, calls.with(off, { ...wrong, costUsd: more }))).equal);
    }),
  );
});
