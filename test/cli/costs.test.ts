import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import test from "ava";
import { costs } from "../../src/cli/costs.ts";
import { newRunning } from "../../src/money/report.ts";
import { billedLine } from "../money/billed-line.ts";
import { autod } from "../helpers/cli.ts";
import { type Home, makeHome } from "../helpers/home.ts";
import { seededRecord, seedStore } from "../helpers/seeded-store.ts";
import { answerIn } from "./answer.ts";

const day = (number: number, hour = 12) => new Date(2026, 0, number, hour).toISOString();
const lines = [
  billedLine(1, { at: day(15), costUsd: "0.1" }),
  billedLine(2, { at: day(15), costUsd: "0.1", possibleUsd: "0.005" }),
  billedLine(3, { at: day(16, 0), costUsd: "0.4" }),
];

async function log({ config }: Home, some: readonly object[]): Promise<void> {
  await mkdir(config.logs.dir, { recursive: true });
  const text = some.map((one) => `${JSON.stringify(one)}\n`).join("");
  await writeFile(join(config.logs.dir, "autod.2026-01-15.1.log"), text);
}

test("on a terminal each group has a bar, and what nobody can know is told apart", async (t) => {
  await using home = await makeHome();
  await log(home, lines);
  t.deepEqual(await answerIn(home, costs, { by: "day" }, { width: 80 }), [
    "day         documents  calls  tokens in    out   cost",
    `2026-01-15          1      2      3,668    804  $0.20  ${"█".repeat(12)}▌`,
    `2026-01-16          0      1      1,834    402  $0.40  ${"█".repeat(25)}`,
    "total               1      3      5,502  1,206  $0.60",
    "",
    "Possibly billed besides, which nobody can know: $0.005",
  ]);
});

test("days are taken from their first instant to their last", async (t) => {
  await using home = await makeHome();
  await log(home, lines);
  const ask = async (options: object) =>
    (
      JSON.parse((await answerIn(home, costs, { ...options, json: true })).join("\n")) as {
        total: { costUsd: string };
      }
    ).total.costUsd;
  t.is(await ask({ since: "2026-01-16" }), "0.4");
  t.is(await ask({ until: "2026-01-15" }), "0.2");
  t.is(await ask({ since: "2026-01-15", until: "2026-01-16" }), "0.6");
});

test("what is told by lines alone says since when they tell of all", async (t) => {
  await using home = await makeHome();
  const running = newRunning();
  for (const one of lines.slice(0, 2)) running.add(one as never);
  const report = { event: "cost.report", time: day(16), ...running.report() };
  await log(home, [report, ...lines.slice(2)]);
  const total = await answerIn(home, costs, {}, { width: 80 });
  t.regex(total.join("\n"), /^total +1 +3 +5,502 +1,206 +\$0\.60$/m);
  t.notRegex(total.join("\n"), /what was before/);
  const days = await answerIn(home, costs, { by: "day" }, { width: 80 });
  t.regex(days.join("\n"), /calls since 2026-01-16 00:00 only; what was before is\nnot in this\.$/);
});

test("verified, log and store agree to the last digit, or it is said where not", async (t) => {
  await using home = await makeHome();
  const record = seededRecord(0);
  const [call] = record.calls;
  await seedStore(home.config.dataDir, [record]);
  const line = { event: "call.billed", ...call!, folder: "scans", id: record.id };
  await log(home, [{ ...line, sha256: record.sha256, first: true }]);
  const ask = () => autod(["costs", "--verify", "--config", home.configFile]);
  const well = await ask();
  t.is(well.stdout, "✓ log and store agree to the last digit: $0.00075704, in 1 call\n");
  t.is(well.code, 0);

  const usd = "0.000757040001";
  await log(home, [{ ...line, sha256: record.sha256, first: true, costUsd: usd }, lines[1]!]);
  const { code, stdout } = await ask();
  t.is(code, 1);
  t.deepEqual(stdout.split("\n").slice(0, 5), [
    "✗ log and store don't agree",
    `  log    $0.100757040001, possibly $0.005 more, in 2 calls`,
    "  store  $0.00075704, in 1 call",
    `  call 1 (${record.id}): $${usd} in the log, $0.00075704 in the store`,
    "  call 2 (3f2a9c01b7de): $0.1 in the log, nothing in the store",
  ]);
});
