import { appendFile, mkdir, readdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setImmediate as tick } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import test, { type ExecutionContext } from "ava";
import { assert, array, bigInt, property } from "fast-check";
import type { Config } from "../../src/config/schema.ts";
import { LOG_NAME, openLog } from "../../src/log.ts";
import { formatAmount, parseAmount } from "../../src/money/amount.ts";
import { noOpenCalls, openBilling } from "../../src/money/billing.ts";
import { openBudget } from "../../src/money/budget.ts";
import {
  addUp,
  costReport,
  type Grouping,
  linesFor,
  type Question,
} from "../../src/money/costs.ts";
import { openExperiences } from "../../src/money/experience.ts";
import { openLedger } from "../../src/money/ledger.ts";
import {
  type BilledLine,
  endOfLog,
  type MoneyLine,
  moneyLines,
  type ReportLine,
} from "../../src/money/log-lines.ts";
import { newRunning } from "../../src/money/report.ts";
import { captureLogs } from "../helpers/capture-logs.ts";
import { emptyFolder } from "../helpers/folder.ts";
import { seededRecord } from "../helpers/seeded-store.ts";
import { asking, openBooks, reply, uncapped } from "./billed.ts";
import { billedLine as line } from "./billed-line.ts";
import { runZoned } from "./zoned.ts";

const settings = (dir: string, change: Partial<Config["logs"]> = {}): Config["logs"] => ({
  dir,
  level: "info",
  size: 10_000_000,
  frequency: "daily",
  keep: 30,
  ...change,
});

const all = async (folder: string) =>
  (await Array.fromAsync(moneyLines(folder, LOG_NAME))).flat() as BilledLine[];
const seqs = async (folder: string) => (await all(folder)).map(({ seq }) => seq);
const read = (folder: string, question?: Question) => addUp(moneyLines(folder, LOG_NAME), question);

/** The running totals as a daemon writes them once it has booked these. */
function reportOf(calls: readonly BilledLine[]): ReportLine {
  const running = newRunning();
  for (const call of calls) running.add(call as never);
  const time = new Date(2026, 0, 21).toISOString();
  return { event: "cost.report", time, ...running.report() };
}

/** A log folder with these files in it. */
async function logFolder(
  t: ExecutionContext,
  files: Readonly<Record<string, readonly (MoneyLine | string)[]>>,
): Promise<string> {
  const folder = await emptyFolder(t);
  for (const [name, lines] of Object.entries(files)) {
    const texts = lines.map((one) => (typeof one === "string" ? one : JSON.stringify(one)));
    await writeFile(join(folder, name), texts.map((text) => `${text}\n`).join(""));
  }
  return folder;
}

const today = "autod.2026-01-15.1.log";

for (const level of ["info", "error", "fatal", "trace"] as const) {
  test(`what billing logs at level ${level} adds up to what it journals`, async (t) => {
    const other = seededRecord(2, { calls: [], costUsd: "0", work: asking.work });
    const { store, asked } = await openBooks(t, { records: [asking, other] });
    const folder = await emptyFolder(t);
    {
      await using log = await openLog(settings(folder, { level }));
      const ledger = openLedger(store, await endOfLog(folder, LOG_NAME), log.logger);
      const billing = openBilling(store, {
        ledger,
        budget: openBudget({ all: uncapped, folders: new Map() }, []),
        prices: {},
        experiences: openExperiences([]),
        open: noOpenCalls(),
      });
      const logger = log.logger.child({ folder: "scans", path: "/inbox/a\u2028b \u2029.pdf" });
      await billing.book(asked, reply, {}, logger);
      await billing.book(asked, { ...reply, usage: null }, {}, logger);
      ledger.report();
      await billing.book({ ...asked, sha256: other.sha256 }, reply, {}, logger);
      await billing.bookUnknown(asked, logger);
    }
    const whole = {
      costUsd: "0.00151408",
      possibleUsd: "0.0106",
      calls: 4,
      ok: 3,
      documents: 2,
      inputTokens: 3668,
      cachedInputTokens: 1024,
      cacheWriteTokens: 0,
      outputTokens: 804,
      reasoningTokens: 128,
    };
    const { total, groups, knownSince } = await read(folder, { by: "document" });
    t.deepEqual([total, knownSince], [whole, null]);
    t.deepEqual((await read(folder)).total, whole);
    const journaled = [...store.all()].map(({ id: key, costUsd, calls }) => ({
      key,
      costUsd,
      calls: calls.length,
    }));
    t.deepEqual(
      groups.map(({ key, costUsd, calls }) => ({ key, costUsd, calls })),
      journaled.toSorted((a, b) => a.key.localeCompare(b.key)),
    );
  });
}

test("calls are found in all the files that rolling makes, also after a restart", async (t) => {
  const folder = await emptyFolder(t);
  for (const start of [1, 2]) {
    await using log = await openLog(settings(folder, { size: 1_000 }));
    for (let number = 0; number < 8; number += 1) {
      log.logger.info(line((start - 1) * 8 + number + 1), "call billed");
      // The next file is begun between two lines.
      await tick();
    }
  }
  t.true((await readdir(folder)).length > 3);
  t.deepEqual(
    await seqs(folder),
    Array.from({ length: 16 }, (_, number) => number + 1),
  );
});

test("no folder is no calls", async (t) => {
  t.deepEqual(await all(join(await emptyFolder(t), "away")), []);
  const { total, knownSince } = await read("/nowhere/at/all");
  t.is(total.calls, 0);
  t.is(knownSince, null);
});

test("files are read by date, then by number", async (t) => {
  const folder = await logFolder(t, {
    "autod.2026-01-15.10.log": [line(4)],
    "autod.2026-01-15.9.log": [line(3)],
    "autod.2026-01-16.1.log": [line(5)],
    "autod.2025-12-31.30.log": [line(1)],
    "autod.2026-01-14-23.2.log": [line(2)],
  });
  t.deepEqual(await seqs(folder), [1, 2, 3, 4, 5]);
});

test("a call that was logged again counts once, as it was logged first", async (t) => {
  const folder = await logFolder(t, {
    [today]: [line(1), line(2, { costUsd: "1" }), line(1)],
    "autod.2026-01-16.1.log": [line(2, { costUsd: "9" }), line(3)],
  });
  t.like((await read(folder)).total, { costUsd: "1.5", calls: 3 });
});

test("lines that a death left out are written again, each once, and none that an older file may have had", async (t) => {
  const names = [14, 15, 16].map((day) => `autod.2026-01-${day}.1.log`);
  const folder = await logFolder(t, {
    [names[0] ?? ""]: [line(1), line(2)],
    [names[1] ?? ""]: [line(4), '{"event":"daemon.started"}'],
    [names[2] ?? ""]: [line(5)],
  });
  const end = await endOfLog(folder, LOG_NAME);
  t.deepEqual(end, { since: 4, seqs: new Set([5, 4]), reported: 0 });
  // The third may have been in a file that is gone.
  const calls = [3, 4, 5, 6, 7].map((seq) => {
    const { event: _, first: __, ...call } = line(seq, { outcome: seq === 7 ? "unknown" : "ok" });
    return call;
  });
  const logs = captureLogs();
  const books = { calls: () => calls as never, unbilled: () => 0, nextSeq: () => 8 };
  openLedger(books, end, logs.logger);
  t.like(logs.lines(), [
    { event: "call.billed", seq: 6, folder: "scans", at: line(6).at, first: false },
    { event: "call.unknown", seq: 7, folder: "scans", at: line(7).at },
  ]);
  t.is(logs.lines().length, 2);
});

test("lines that were rolled away, and are counted in what is left, are not written again", async (t) => {
  const files = ["15", "16"].map((day) => `autod.2026-01-${day}.1.log`);
  const stopped = '{"event":"daemon.stopped"}';
  const lines = [1, 2, 3, 4, 5, 6].map((seq) => line(seq));
  const report = reportOf(lines.slice(0, 5));
  const calls = lines.map((one) => {
    const { event: _, first: __, ...call } = one;
    return call;
  });
  const books = { calls: () => calls as never, unbilled: () => 0, nextSeq: () => 7 };
  for (const left of [[line(4), line(5), report], [report]]) {
    const folder = await logFolder(t, { [files[0] ?? ""]: left, [files[1] ?? ""]: [stopped] });
    const logs = captureLogs();
    openLedger(books, await endOfLog(folder, LOG_NAME), logs.logger);
    t.deepEqual(
      logs.lines().map(({ seq }) => seq),
      [6],
    );
  }
});

test("where no line was ever written all are", async (t) => {
  const folder = join(await emptyFolder(t), "log");
  t.deepEqual(await endOfLog(folder, LOG_NAME), { since: 0, seqs: new Set(), reported: 0 });
});

test("torn lines are passed over", async (t) => {
  const whole = JSON.stringify(line(2));
  const folder = await logFolder(t, {
    [today]: [line(1), whole.slice(0, 90), whole.slice(90), "", "null", "[]", '"call."', line(3)],
  });
  await appendFile(join(folder, today), whole.slice(0, -1));
  t.deepEqual(await seqs(folder), [1, 3]);
});

test("a line that begins behind a torn one, or behind a hole, is read", async (t) => {
  const whole = (seq: number) => JSON.stringify({ level: "info", ...line(seq) });
  const folder = await logFolder(t, {
    [today]: [whole(1).slice(0, 90) + whole(2), "\0".repeat(500) + whole(3)],
  });
  t.deepEqual(await seqs(folder), [2, 3]);
  const late = (await Array.fromAsync(moneyLines(folder, LOG_NAME, 1))).flat();
  t.deepEqual(
    late.map(({ seq }) => seq),
    [2, 3],
  );
});

test("what the newest running totals count is not looked into again", async (t) => {
  const told = lines.slice(0, 3);
  const folder = await logFolder(t, {
    "autod.2026-01-15.1.log": told,
    "autod.2026-01-15.2.log": [reportOf(told.slice(0, 2))],
    "autod.2026-01-16.1.log": [reportOf(told), reportOf(told.slice(0, 1)), ...lines.slice(3)],
    "autod.2026-01-16.2.log": ["no totals"],
  });
  const needed = await Array.fromAsync(linesFor(folder, LOG_NAME, { by: "month" }));
  t.deepEqual(
    needed.flat().map(({ event, seq }) => [event, seq]),
    [
      ["cost.report", 3],
      ["call.unknown", 4],
    ],
  );
  const byDay = await Array.fromAsync(linesFor(folder, LOG_NAME, { by: "day" }));
  t.is(byDay.flat().filter(({ event }) => event !== "cost.report").length, 4);
});

test("files that something else has rotated are read, packed or not", async (t) => {
  const folder = await logFolder(t, {
    [today]: [line(4)],
    [`${today}.1`]: [line(3)],
    [`${today}-20260115`]: [line(2)],
    [`${today}.4.gz`]: ["no gzip"],
  });
  const packed = gzipSync(`${JSON.stringify(line(1))}\n`);
  await writeFile(join(folder, `${today}.2.gz`), packed);
  await writeFile(join(folder, `${today}.3.gz`), packed.subarray(0, -20));
  t.deepEqual(
    (await seqs(folder)).toSorted((a, b) => a - b),
    [1, 2, 3, 4],
  );
  t.is((await read(folder)).total.calls, 4);
});

test("a last line without an end is read", async (t) => {
  const folder = await logFolder(t, { [today]: [line(1)] });
  await appendFile(join(folder, today), JSON.stringify(line(2)));
  t.deepEqual(await seqs(folder), [1, 2]);
});

test("a line that is cut by the size of what is read at once is whole", async (t) => {
  const many = Array.from({ length: 2_000 }, (_, number) =>
    line(number + 1, { folder: "Größe 📄" }),
  );
  const folder = await logFolder(t, { [today]: many });
  const lines = await all(folder);
  t.is(lines.length, 2_000);
  t.true(lines.every(({ folder: name }) => name === "Größe 📄"));
});

test("lines about other things are passed over", async (t) => {
  const folder = await logFolder(t, {
    [today]: [
      JSON.stringify({ ...line(1), event: "document.read" }),
      JSON.stringify({ event: "document.archived", path: '/inbox/"call.billed".pdf', seq: 2 }),
      line(3),
    ],
  });
  t.deepEqual(await seqs(folder), [3]);
});

const isNoBill = test.macro(async (t, change: Readonly<Record<string, unknown>>) => {
  const folder = await logFolder(t, {
    [today]: [JSON.stringify({ ...line(1), ...change }), line(2)],
  });
  t.like((await read(folder, { by: "day" })).total, { costUsd: "0.25", calls: 1 });
});

test("a cost that is no amount is no bill", isNoBill, { costUsd: "much" });
test("a cost with an exponent is no bill", isNoBill, { costUsd: "1e-7" });
test("a cost of less than nothing is no bill", isNoBill, { costUsd: "-1" });
test("a cost that isn't exact is no bill", isNoBill, { costUsd: 0.1 });
test("a possible cost that is no amount is no bill", isNoBill, { possibleUsd: "" });
test("a number that is none is no bill", isNoBill, { seq: "1" });
test("a call of no time is no bill", isNoBill, { at: "yesterday" });
test("a call of no document is no bill", isNoBill, { id: null });

test("files that aren't ours are passed over", async (t) => {
  const folder = await logFolder(t, {
    [today]: [line(1)],
    "autod.log": [line(2)],
    "autod.1.log": [line(3)],
    "autodx.2026-01-15.1.log": [line(4)],
    "autod.2026-01-15.1.log.bak": [line(5)],
    "autod.2026-01-15.1.log~": [line(6)],
    "other.2026-01-15.1.log": [line(7)],
    "xautod.2026-01-15.1.log": [line(8)],
    "autod.20260115.1.log": [line(9)],
  });
  await mkdir(join(folder, "autod.2026-01-15.2.log"));
  await symlink("gone", join(folder, "autod.2026-01-15.3.log"));
  t.deepEqual(await seqs(folder), [1]);
});

const at = (...parts: readonly [number, number, number, ...number[]]) =>
  new Date(...(parts as [number, number, number])).toISOString();

const lines = [
  line(1, { at: at(2026, 0, 31, 23, 59, 59, 999), costUsd: "0.1" }),
  line(2, { at: at(2026, 1, 1), model: "gpt-5", costUsd: "0.2" }),
  line(3, {
    at: at(2026, 1, 1, 12),
    folder: "mail",
    id: "b",
    sha256: "b".repeat(64),
    first: true,
    costUsd: "0.3",
  }),
  line(4, {
    at: at(2025, 11, 31),
    event: "call.unknown",
    outcome: "unknown",
    costUsd: "0",
    possibleUsd: "7",
  }),
];

async function* given(...some: readonly MoneyLine[]): AsyncGenerator<MoneyLine[]> {
  for (const one of some) yield [one];
}

const isGrouped = test.macro(
  async (
    t,
    by: Grouping,
    groups: readonly (readonly [key: string, costUsd: string, calls: number])[],
  ) => {
    const report = await addUp(given(...lines), { by });
    t.deepEqual(
      report.groups.map(({ key, costUsd, calls }) => [key, costUsd, calls]),
      groups as never,
    );
    t.like(report.total, { costUsd: "0.6", possibleUsd: "7", calls: 4, documents: 2, ok: 3 });
    t.notThrows(() => costReport.parse(report));
  },
);

test("costs are grouped by day", isGrouped, "day", [
  ["2025-12-31", "0", 1],
  ["2026-01-31", "0.1", 1],
  ["2026-02-01", "0.5", 2],
]);
test("costs are grouped by month", isGrouped, "month", [
  ["2025-12", "0", 1],
  ["2026-01", "0.1", 1],
  ["2026-02", "0.5", 2],
]);
test("costs are grouped by model", isGrouped, "model", [
  ["gpt-5", "0.2", 1],
  ["gpt-5.6-luna", "0.4", 3],
]);
test("costs are grouped by folder", isGrouped, "folder", [
  ["mail", "0.3", 1],
  ["scans", "0.3", 3],
]);
test("costs are grouped by document", isGrouped, "document", [
  ["3f2a9c01b7de", "0.3", 3],
  ["b", "0.3", 1],
]);

test("without a grouping there is a total alone", async (t) => {
  const { groups, total } = await addUp(given(...lines));
  t.deepEqual(groups, []);
  t.is(total.calls, 4);
});

for (const by of [undefined, "month", "model", "folder"] as const) {
  test(`running totals stand for lines that are gone, by ${by ?? "nothing"}`, async (t) => {
    const whole = await addUp(given(...lines), { by });
    const told = reportOf(lines.slice(0, 3));
    const [first, second, third, last] = lines as [BilledLine, BilledLine, BilledLine, BilledLine];
    t.deepEqual(await addUp(given(told, last), { by }), whole, "all of them");
    t.deepEqual(await addUp(given(third, told, last), { by }), whole, "some of them");
    t.deepEqual(await addUp(given(last, told), { by }), whole, "in whatever order they come");
    const older = reportOf([first, second]);
    t.deepEqual(await addUp(given(told, older, last), { by }), whole, "the newest ones count");
    t.deepEqual(await addUp(given(older, third, last, older), { by }), whole);
  });
}

for (const question of [
  { by: "day" },
  { by: "document" },
  { from: new Date(2025, 0, 1) },
] as const) {
  test(`what lines alone tell of is told from when they do: ${JSON.stringify(question)}`, async (t) => {
    const third = lines[2] as BilledLine;
    const report = await addUp(given(reportOf(lines.slice(0, 2)), third), question);
    t.is(report.knownSince, third.at);
    t.like(report.total, { costUsd: "0.3", calls: 1 });
    t.is((await addUp(given(...lines), question)).knownSince, null);
    const late = { ...question, from: new Date(third.at) };
    t.is((await addUp(given(third), late)).knownSince, null, "nothing before it was asked for");
  });
}

test("a call that no line and no running totals tell of is missed", async (t) => {
  const [first, , third] = lines as [BilledLine, BilledLine, BilledLine];
  t.is((await addUp(given(first, third))).knownSince, third.at);
  t.is((await addUp(given(third))).knownSince, third.at);
});

test("a span of time holds its first instant, and not the one after its last", async (t) => {
  const from = new Date(at(2026, 1, 1));
  const to = new Date(at(2026, 1, 1, 12));
  const { total, knownSince } = await addUp(given(...lines), { from, to });
  t.is(total.costUsd, "0.2");
  t.is(knownSince, null);
});

test("days are those of the machine's time zone", async (t) => {
  const times = ["2026-01-31T23:30:00.000Z", "2026-02-01T00:30:00.000Z"];
  t.deepEqual(await runZoned("UTC", "costs", times), {
    days: ["2026-01-31", "2026-02-01"],
    months: ["2026-01", "2026-02"],
  });
  t.deepEqual(await runZoned("Europe/Berlin", "costs", times), {
    days: ["2026-02-01"],
    months: ["2026-02"],
  });
  t.deepEqual(await runZoned("America/New_York", "costs", times), {
    days: ["2026-01-31"],
    months: ["2026-01"],
  });
});

test("a sum is exact to the last digit, whichever part of it is running totals", async (t) => {
  t.plan(200);
  const amounts = bigInt({ min: 0n, max: 10n ** 20n });
  const stories: bigint[][] = [];
  assert(property(array(amounts), (some) => void stories.push(some)));
  for (const some of stories) {
    const billed = some.map((amount, seq) => line(seq + 1, { costUsd: formatAmount(amount) }));
    const sum = some.reduce((whole, amount) => whole + amount, 0n);
    const half = reportOf(billed.slice(0, billed.length / 2));
    for (const told of [billed, [half, ...billed.slice(billed.length / 2)]]) {
      const { total } = await addUp(given(...told), { by: "model" });
      t.is(parseAmount(total.costUsd), sum);
    }
  }
});
