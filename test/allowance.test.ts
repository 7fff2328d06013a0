import { setTimeout } from "node:timers/promises";
import test from "ava";
import { openDaemon } from "../src/daemon.ts";
import { type Home, quickFolder } from "./helpers/home.ts";
import { invoice } from "./helpers/pdf.ts";
import { homeAt, runOnce } from "./helpers/run-once.ts";
import { openSandbox } from "./helpers/sandbox.ts";
import { seededRecord, seedStore } from "./helpers/seeded-store.ts";

/** What was spent today, in the folder scans. */
async function spend({ config }: Home, costUsd: string): Promise<void> {
  const [call] = seededRecord(1).calls;
  const calls = [{ ...call!, seq: 1, at: new Date().toISOString(), costUsd }];
  await seedStore(config.dataDir, [seededRecord(1, { calls, costUsd, filedAs: null })]);
}

const claims = async (home: Home) =>
  (await home.logs()).filter(({ event }) => event === "document.claimed").length;

test("where the day's budget is used up nothing is claimed, and that is told", async (t) => {
  await using sandbox = await openSandbox();
  await using home = await homeAt(sandbox, { budget: { perDay: 1 } });
  await spend(home, "0.995");
  for (const number of [1, 2, 3]) await home.drop(`${number}.pdf`, await invoice(`R-${number}`));
  t.is((await runOnce(home, sandbox)).waiting, 3);
  t.is(await claims(home), 0);
  t.is((await home.left()).length, 3);
  t.false(sandbox.requests().some(({ method }) => method === "POST"));
  const told = (await home.logs()).filter(({ event }) => event === "budget.exhausted");
  t.is(told.length, 1);
  t.like(told[0], { folder: "scans", error: { code: "BUDGET_EXHAUSTED" } });
});

test("a folder whose own budget is used up keeps no other waiting", async (t) => {
  await using sandbox = await openSandbox();
  const folders = [quickFolder("scans", { budget: { perMonth: 1 } }), quickFolder("mail", {})];
  await using home = await homeAt(sandbox, { folders });
  await spend(home, "0.995");
  await home.drop("scans/1.pdf", await invoice("R-1"));
  await home.drop("mail/2.pdf", await invoice("R-2"));
  t.like(await runOnce(home, sandbox), { archived: 1, waiting: 1 });
  t.deepEqual(await home.left(), ["Inbox/scans/1.pdf"]);
  const calls = (await home.records()).flatMap((record) => record.calls);
  t.deepEqual(
    calls.map(({ folder }) => folder),
    [undefined, "mail"],
  );
});

test("what is taken in a folder costs no more than its own cap, however many are at work", async (t) => {
  await using sandbox = await openSandbox();
  const folders = [
    quickFolder("scans", { budget: { perDay: 0.025 } }),
    quickFolder("mail", { budget: { perDay: 1 } }),
  ];
  await using home = await homeAt(sandbox, { folders, concurrency: 8 });
  for (let number = 0; number < 5; number += 1) {
    await home.drop(`scans/${number}.pdf`, await invoice(`S-${number}`));
    await home.drop(`mail/${number}.pdf`, await invoice(`M-${number}`));
  }
  const tally = await runOnce(home, sandbox);
  const filed = (await home.records()).filter(({ status }) => status === "archived");
  t.is(filed.filter(({ folder }) => folder === "mail").length, 5);
  t.true(tally.waiting > 0);
  t.is(tally.archived + tally.waiting, 10);
});

// By itself, for the clock is everybody's.
test.serial("what waited for the budget is taken by itself once there is room in it", async (t) => {
  await using sandbox = await openSandbox();
  await using home = await homeAt(sandbox, { budget: { perDay: 1 } });
  await spend(home, "0.995");
  await home.drop("1.pdf", await invoice("R-1"));
  const keys = new Map([["openai", sandbox.key]]);
  const now = Date.now();
  {
    await using daemon = await openDaemon(home.config, { keys });
    const watching = daemon.watch();
    while (!(await home.logs()).some(({ event }) => event === "budget.exhausted")) {
      await setTimeout(50);
    }
    t.is(await claims(home), 0);
    // As at the next midnight.
    const { Date: real } = globalThis;
    const tomorrow = class extends real {
      constructor(...given: []) {
        super(...((given.length === 0 ? [real.now() + 86_400_000] : given) as []));
      }
    };
    globalThis.Date = tomorrow as DateConstructor;
    try {
      const late = now + 30_000;
      while ((await home.filed()).length === 0 && real.now() < late) await setTimeout(50);
    } finally {
      globalThis.Date = real;
    }
    t.is((await home.filed()).length, 1);
    daemon.stop();
    await watching;
  }
});
