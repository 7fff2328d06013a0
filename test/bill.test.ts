import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import test from "ava";
import { formatAmount, parseAmount, sumOf } from "../src/money/amount.ts";
import { billOf, unbooked } from "./faults/sound.ts";
import { autod } from "./helpers/cli.ts";
import type { Home } from "./helpers/home.ts";
import { invoice } from "./helpers/pdf.ts";
import { homeAt, runOnce } from "./helpers/run-once.ts";
import { startRunning } from "./helpers/running.ts";
import { openSandbox } from "./helpers/sandbox.ts";

import { until } from "./helpers/watching.ts";
import { billedLine } from "./money/billed-line.ts";

/** As many as that are wanted: `AUTOD_DOCUMENTS=200 npx ava test/bill.test.ts`. */
const DOCUMENTS = Number(process.env["AUTOD_DOCUMENTS"] ?? 40);
const BATCHES = 4;

const costs = async (home: Home, ...words: string[]) => {
  const { code, stdout } = await autod(["costs", "--json", ...words, "--config", home.configFile]);
  return { code, ...JSON.parse(stdout) };
};

/** Files that many documents in several runs; the log is so small that most of it is gone by then. */
async function fileAll(home: Home, sandbox: Parameters<typeof runOnce>[1]) {
  for (let number = 0; number < DOCUMENTS; number += 1) {
    await home.drop(`scan${number}.pdf`, await invoice(`RE-${number}`));
    if (number % Math.ceil(DOCUMENTS / BATCHES) === 0) await runOnce(home, sandbox);
  }
  // What waits is tried again by each.
  for (let again = 0; again < 4; again += 1) await runOnce(home, sandbox);
}

const quick = {
  retry: { attempts: 4, minDelay: "5ms", maxDelay: "20ms" },
  logs: { dir: "./log", size: "20KB", keep: 2 },
};

test("the log's total is the server's bill to the last digit, also once most of its lines are gone", async (t) => {
  t.timeout(600_000);
  const kinds = ["rate-limit", "fault", "overloaded", "html", "incomplete", "invalid", "failed"];
  await using sandbox = await openSandbox({ faults: { rate: 0.2, kinds, seed: 7 } });
  await using home = await homeAt(sandbox, quick);
  await fileAll(home, sandbox);

  t.deepEqual(await unbooked(home, sandbox), []);
  const { total, knownSince } = await costs(home);
  const records = await home.records();
  t.is(total.costUsd, formatAmount(billOf(sandbox)), "nothing is unknown");
  t.is(total.costUsd, formatAmount(sumOf(records.map(({ costUsd }) => costUsd))));
  t.is(total.possibleUsd, "0");
  t.is(total.calls, sandbox.bills().length);
  t.is(knownSince, null);
  const byDay = await costs(home, "--by", "day");
  t.true(byDay.total.calls < total.calls && byDay.knownSince !== null, "the lines are gone");
  t.like(await costs(home, "--verify"), { code: 0, equal: true });
  t.log(`${records.length} documents, ${total.calls} calls, $${total.costUsd}`);

  // By hand, all but the newest.
  const { dir } = home.config.logs;
  const files = (await readdir(dir)).toSorted((a, b) =>
    a.localeCompare(b, "en", { numeric: true }),
  );
  for (const file of files.slice(0, -1)) await rm(join(dir, file));
  await runOnce(home, sandbox);
  t.deepEqual((await costs(home)).total, total);
  t.like(await costs(home, "--verify"), { code: 0, equal: true });
  // Without any log the store is what is left.
  await rm(dir, { recursive: true });
  await runOnce(home, sandbox);
  t.deepEqual((await costs(home)).total, total);
});

test("what was billed lies between what is known and what is possible, where answers are lost", async (t) => {
  t.timeout(600_000);
  const kinds = ["reset", "reset-after", "broken-json", "fault", "incomplete"];
  await using sandbox = await openSandbox({ faults: { rate: 0.2, kinds, seed: 3 } });
  await using home = await homeAt(sandbox, quick);
  await fileAll(home, sandbox);

  t.deepEqual(await unbooked(home, sandbox), []);
  const { total } = await costs(home);
  const [known, possible] = [parseAmount(total.costUsd), parseAmount(total.possibleUsd)];
  const billed = billOf(sandbox);
  t.true(known < billed && billed < known + possible, "some are lost that were billed");
  t.like(await costs(home, "--verify"), { code: 0, equal: true });
  t.log(`known $${total.costUsd}, billed $${formatAmount(billed)}, possible $${total.possibleUsd}`);
});

test("calls that the store has lost are counted against the caps before anything is sent", async (t) => {
  await using sandbox = await openSandbox();
  await using home = await homeAt(sandbox, { budget: { perDay: 2 } });
  const { dir } = home.config.logs;
  await mkdir(dir, { recursive: true });
  const at = new Date().toISOString();
  const line = billedLine(1, { at, costUsd: "1.995" });
  await writeFile(join(dir, "autod.2026-01-15.1.log"), `${JSON.stringify(line)}\n`);
  await home.drop("scan.pdf", await invoice("RE-1"));

  t.like(await runOnce(home, sandbox), { waiting: 1, archived: 0 });
  t.deepEqual(sandbox.bills(), []);
  t.like(await costs(home, "--verify"), { code: 0, equal: true, store: { costUsd: "1.995" } });
});

test("running totals are written at the times that are configured", async (t) => {
  await using sandbox = await openSandbox();
  await using home = await homeAt(sandbox, { schedule: { report: "* * * * * *" } });
  await home.drop("scan.pdf", await invoice("RE-1"));
  const reports = async () =>
    (await home.logs())
      .filter(({ event }) => event === "cost.report")
      .map(({ seq }) => Number(seq));
  {
    await using running = startRunning(home, sandbox.key);
    await until(async () => (await reports().catch((): number[] => [])).includes(1));
    running.signal("SIGTERM");
    t.is(await running.ended(), 0, await running.stderr);
  }
  t.is((await reports())[0], 0, "the first is that of the start");
});
