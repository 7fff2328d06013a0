import { appendFile, mkdir, readdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setImmediate as tick } from "node:timers/promises";
import test, { type ExecutionContext } from "ava";
import { assert, array, bigInt, property } from "fast-check";
import type { Config } from "../../src/config/schema.ts";
import { LOG_NAME, openLog } from "../../src/log.ts";
import { formatAmount, parseAmount } from "../../src/money/amount.ts";
import { logUnlogged } from "../../src/money/billing.ts";
import {
  addUp,
  type BilledLine,
  billedLines,
  costReport,
  endOfLog,
  type Grouping,
} from "../../src/money/costs.ts";
import type { DocumentRecord } from "../../src/store/record.ts";
import { captureLogs } from "../helpers/capture-logs.ts";
import { emptyFolder } from "../helpers/folder.ts";
import { seededRecord } from "../helpers/seeded-store.ts";
import { asking, openBooks, reply, usage } from "./billed.ts";
import { runZoned } from "./zoned.ts";

const settings = (dir: string, change: Partial<Config["logs"]> = {}): Config["logs"] => ({
  dir,
  level: "info",
  size: 10_000_000,
  frequency: "daily",
  keep: 30,
  ...change,
});

const all = (folder: string) => Array.fromAsync(billedLines(folder, LOG_NAME));
const seqs = async (folder: string) => (await all(folder)).map(({ seq }) => seq);

/** A billed line as it stands in a file. */
const line = (seq: number, change: Partial<BilledLine> = {}): BilledLine => ({
  event: "call.billed",
  time: new Date(2026, 0, 15, 12, 0, seq).toISOString(),
  seq,
  folder: "scans",
  model: "gpt-5.6-luna",
  id: "3f2a9c01b7de",
  costUsd: "0.25",
  possibleUsd: "0",
  usage,
  ...change,
});

/** A log folder with these files in it. */
async function logFolder(
  t: ExecutionContext,
  files: Readonly<Record<string, readonly (BilledLine | string)[]>>,
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
    const { store, billing, asked } = await openBooks(t, { records: [asking, other] });
    const folder = await emptyFolder(t);
    {
      await using log = await openLog(settings(folder, { level }));
      const logger = log.logger.child({ folder: "scans", path: "/inbox/a\u2028b \u2029.pdf" });
      await billing.book(asked, reply, {}, logger);
      await billing.book(asked, { ...reply, usage: null }, {}, logger);
      await billing.book({ ...asked, id: other.id, sha256: other.sha256 }, reply, {}, logger);
      await billing.bookUnknown(asked, logger);
    }
    const { total, groups } = await addUp(billedLines(folder, LOG_NAME), "document");
    t.deepEqual(total, {
      costUsd: "0.00151408",
      possibleUsd: "0.0106",
      calls: 4,
      documents: 2,
      inputTokens: 3668,
      cachedInputTokens: 1024,
      cacheWriteTokens: 0,
      outputTokens: 804,
      reasoningTokens: 128,
    });
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
  const { billing, asked } = await openBooks(t);
  for (const _start of [1, 2]) {
    await using log = await openLog(settings(folder, { size: 1_000 }));
    for (let number = 0; number < 8; number += 1) {
      await billing.book(asked, reply, {}, log.logger);
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
  t.deepEqual((await addUp(billedLines("/nowhere/at/all", LOG_NAME), undefined)).total.calls, 0);
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
  const { total } = await addUp(billedLines(folder, LOG_NAME), undefined);
  t.like(total, { costUsd: "1.5", calls: 3 });
});

test("lines that a death left out are written again, each once, and none that an older file may have had", async (t) => {
  const names = [14, 15, 16].map((day) => `autod.2026-01-${day}.1.log`);
  const folder = await logFolder(t, {
    [names[0] ?? ""]: [line(1), line(2)],
    [names[1] ?? ""]: [line(4), '{"event":"daemon.started"}'],
    [names[2] ?? ""]: [line(5)],
  });
  const end = await endOfLog(folder, LOG_NAME);
  t.deepEqual(end, { since: 4, seqs: new Set([5, 4]) });
  // The third may have been in a file that is gone.
  const [call] = seededRecord(1).calls;
  const calls = [3, 4, 5, 6, 7].map((seq) => {
    return { ...call, seq, outcome: seq === 7 ? "unknown" : "ok" } as DocumentRecord["calls"][0];
  });
  const record = seededRecord(1, { calls });
  const logs = captureLogs();
  logUnlogged([record], end, logs.logger);
  t.like(logs.lines(), [
    { event: "call.billed", seq: 6, id: record.id, folder: "scans", path: record.source.path },
    { event: "call.unknown", seq: 7, id: record.id },
  ]);
  t.is(logs.lines().length, 2);
});

test("where no line was ever written all are", async (t) => {
  const folder = join(await emptyFolder(t), "log");
  t.deepEqual(await endOfLog(folder, LOG_NAME), { since: 0, seqs: new Set() });
});

test("torn lines are passed over", async (t) => {
  const whole = JSON.stringify(line(2));
  const folder = await logFolder(t, {
    [today]: [line(1), whole.slice(0, 90), whole.slice(90), "", "null", "[]", '"call."', line(3)],
  });
  await appendFile(join(folder, today), whole.slice(0, -1));
  t.deepEqual(await seqs(folder), [1, 3]);
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
  t.like((await addUp(billedLines(folder, LOG_NAME), "day")).total, { costUsd: "0.25", calls: 1 });
});

test("a cost that is no amount is no bill", isNoBill, { costUsd: "much" });
test("a cost with an exponent is no bill", isNoBill, { costUsd: "1e-7" });
test("a cost of less than nothing is no bill", isNoBill, { costUsd: "-1" });
test("a cost that isn't exact is no bill", isNoBill, { costUsd: 0.1 });
test("a possible cost that is no amount is no bill", isNoBill, { possibleUsd: "" });
test("a number that is none is no bill", isNoBill, { seq: "1" });
test("a call of no time is no bill", isNoBill, { time: "yesterday" });
test("a call of no document is no bill", isNoBill, { id: null });

test("files that aren't ours are passed over", async (t) => {
  const folder = await logFolder(t, {
    [today]: [line(1)],
    "autod.log": [line(2)],
    "autod.1.log": [line(3)],
    "autodx.2026-01-15.1.log": [line(4)],
    "autod.2026-01-15.1.log.gz": [line(5)],
    "autod.2026-01-15.1.log~": [line(6)],
    "other.2026-01-15.1.log": [line(7)],
    "xautod.2026-01-15.1.log": [line(8)],
    "autod.20260115.1.log": [line(9)],
  });
  await mkdir(join(folder, "autod.2026-01-15.2.log"));
  await symlink("gone", join(folder, "autod.2026-01-15.3.log"));
  t.deepEqual(await seqs(folder), [1]);
});

const lines = [
  line(1, { time: new Date(2026, 0, 31, 23, 59, 59, 999).toISOString(), costUsd: "0.1" }),
  line(2, { time: new Date(2026, 1, 1).toISOString(), model: "gpt-5", costUsd: "0.2" }),
  line(3, {
    time: new Date(2026, 1, 1, 12).toISOString(),
    folder: "mail",
    id: "b",
    costUsd: "0.3",
  }),
  line(4, {
    time: new Date(2025, 11, 31).toISOString(),
    event: "call.unknown",
    costUsd: "0",
    possibleUsd: "7",
  }),
];

async function* given<Line>(some: readonly Line[]): AsyncGenerator<Line> {
  yield* some;
}

const isGrouped = test.macro(
  async (
    t,
    by: Grouping,
    groups: readonly (readonly [key: string, costUsd: string, calls: number])[],
  ) => {
    const report = await addUp(given(lines), by);
    t.deepEqual(
      report.groups.map(({ key, costUsd, calls }) => [key, costUsd, calls]),
      groups as never,
    );
    t.like(report.total, { costUsd: "0.6", possibleUsd: "7", calls: 4, documents: 2 });
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
  const { groups, total } = await addUp(given(lines), undefined);
  t.deepEqual(groups, []);
  t.is(total.calls, 4);
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

test("a sum is exact to the last digit", async (t) => {
  t.plan(100);
  const amounts = bigInt({ min: 0n, max: 10n ** 20n });
  const stories: bigint[][] = [];
  assert(property(array(amounts), (some) => void stories.push(some)));
  for (const some of stories) {
    const billed = some.map((amount, seq) => line(seq, { costUsd: formatAmount(amount) }));
    const { total } = await addUp(given(billed), "model");
    t.is(
      parseAmount(total.costUsd),
      some.reduce((sum, amount) => sum + amount, 0n),
    );
  }
});

test("a call of no known folder is counted under no name", async (t) => {
  const { folder: _folder, usage: _usage, ...bare } = line(1);
  const folder = await logFolder(t, { [today]: [JSON.stringify(bare)] });
  const { groups } = await addUp(billedLines(folder, LOG_NAME), "folder");
  t.like(groups, [{ key: "", costUsd: "0.25", inputTokens: 0 }] as never);
});
