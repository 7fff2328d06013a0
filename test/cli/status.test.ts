import { readdir, rename } from "node:fs/promises";
import { join } from "node:path";
import test from "ava";
import { prepareProfile } from "../../src/openai/profile.ts";
import { lockStore } from "../../src/store/lock.ts";
import { waitingRecord } from "../intake/waiting.ts";
import { autod } from "../helpers/cli.ts";
import { fillDisk } from "../helpers/fill-disk.ts";
import { smallDisk } from "../helpers/folder.ts";
import { makeHome } from "../helpers/home.ts";
import { seededRecord, seedStore } from "../helpers/seeded-store.ts";

test("before its first use it is not running, and nothing is made", async (t) => {
  await using home = await makeHome();
  const before = await readdir(home.folder);
  const { code, stdout, stderr } = await autod(["status", "--config", home.configFile]);
  t.is(code, 0);
  t.is(stderr, "");
  t.regex(stdout, /^autod is not running, with its store in .*\/data\n/);
  t.regex(stdout, /^scans +online +0 +0 +0$/m);
  t.regex(stdout, /^documents\n {2}none yet$/m);
  t.regex(stdout, /^ {2}today +\$0\.00 of \$2\.00\n {2}this month +\$0\.00 of \$20\.00$/m);
  t.deepEqual(await readdir(home.folder), before);
});

test("who is to name what is ignored is said, where something is", async (t) => {
  await using home = await makeHome();
  const ask = async () => (await autod(["status", "--config", home.configFile])).stdout;
  t.notRegex(await ask(), /--dry-run/);
  await home.drop("notes.txt", "milk");
  t.regex(await ask(), /^scans +online +0 +0 +1\n {2}autod run --dry-run names what is ignored/m);
});

test("beside a running autod it tells what waits and why, what is blocked, and what it cost", async (t) => {
  await using home = await makeHome({ budget: { perDay: null } });
  const dataDir = join(home.folder, "data");
  const settings = home.config.profiles["default"];
  const revision = settings && prepareProfile("default", settings).revision;
  const at = new Date().toISOString();
  const calls = seededRecord(9).calls.map((call) => ({ ...call, at, possibleUsd: "0.5" }));
  const retryAt = new Date(2999, 0, 2, 3, 4).toISOString();
  await home.drop("new.pdf", "%PDF-");
  await seedStore(dataDir, [
    waitingRecord(1, "KEY_REJECTED"),
    waitingRecord(2, "KEY_REJECTED"),
    waitingRecord(3, "MODEL_UNAVAILABLE", {}, { profileRevision: revision ?? "" }),
    waitingRecord(4, "MODEL_UNAVAILABLE"),
    waitingRecord(5, "API_BUSY", { reason: "retry", retryAt }),
    seededRecord(9, { calls }),
  ]);
  using _held = lockStore(dataDir);
  const ask = (...more: string[]) => autod(["status", "--config", home.configFile, ...more]);
  const { code, stdout } = await ask();
  t.is(code, 0);
  t.regex(stdout, /^autod is running/);
  t.regex(stdout, /^scans +online +1 +0 +0$/m);
  t.regex(stdout, /^ {2}1 archived, 5 waiting$/m);
  t.regex(stdout, /^ {2}2 wait for the account \(KEY_REJECTED\), since 2026-01-01 /m);
  t.regex(stdout, /^ {4}The API key is wrong or revoked;/m);
  t.regex(stdout, /^ {2}1 waits to be tried again at 2999-01-02 03:04 \(API_BUSY\), since /m);
  t.regex(stdout, /^ {2}server openai: KEY_REJECTED since .*, for 2 documents$/m);
  t.regex(stdout, /^ {2}profile default: MODEL_UNAVAILABLE since .*, for 1 document$/m);
  t.regex(stdout, /^ {2}today +\$0\.00076 no budget, possibly \$0\.50 more$/m);

  const facts = JSON.parse((await ask("--json")).stdout);
  t.like(facts, { running: true, dataDir, documents: { waiting: 5, archived: 1, review: 0 } });
  t.is(facts.blocks.length, 2);
  t.is(facts.waiting.length, 3);
  t.is(facts.spending.day.possibleUsd, "0.5");
});

test("a folder that is offline says what is missing, and a name commands no terminal", async (t) => {
  await using home = await makeHome({}, { archive: "./Archive\u001b[2J" });
  await rename(home.inbox, `${home.inbox}.away`);
  const { code, stdout } = await autod(["status", "--config", home.configFile]);
  t.is(code, 0);
  t.regex(stdout, /^scans +offline +\? +0 +\?$/m);
  t.true(stdout.includes(`scans: inbox ${home.inbox} doesn't exist`));
  t.regex(stdout, /Archive\\x1b\[2J doesn't exist$/m);
  t.false(stdout.includes("\u001b"));
});

test("disks that are full are told of, and what to do about them", async (t) => {
  const disk = await smallDisk(t, 256);
  if (disk === null) return;
  await using home = await makeHome({ dataDir: disk }, { archive: disk });
  await fillDisk(disk);
  const { code, stdout } = await autod(["status", "--config", home.configFile]);
  t.is(code, 0);
  t.true(stdout.includes(`${disk} has no room left for the store (DISK_FULL)`), stdout);
  t.true(stdout.includes(`scans: archive ${disk} is on a full disk`), stdout);
  t.regex(stdout, /Make room on the disk; work goes on by itself\./);
});

test("how many calls were sent is told, how they went, and that a model ends", async (t) => {
  await using home = await makeHome({ profiles: { default: { model: "o1-mini" } } });
  const ask = async (...more: string[]) =>
    (await autod(["status", "--config", home.configFile, ...more])).stdout;
  t.notRegex(await ask(), / sent/);
  const [call] = seededRecord(1).calls;
  const calls = [call!, { ...call!, seq: 9, outcome: "invalid" as const }];
  await seedStore(join(home.folder, "data"), [seededRecord(1, { calls, unbilled: 2 })]);
  t.regex(await ask(), /^calls\n {2}4 sent, 1 ok, 3 failed \(25\.0 % ok\)$/m);
  t.regex(await ask(), /^models\n {2}o1-mini was shut down on 2025-10-27\n {4}Name another model/m);
  t.like(JSON.parse(await ask("--json")), {
    asks: { sent: 4, ok: 1, failed: 3 },
    shutdowns: [{ model: "o1-mini", date: "2025-10-27" }],
  });
});

test("a budget that is used up is told of, with when it turns, also that of a folder", async (t) => {
  const budget = { perDay: 1 };
  await using home = await makeHome({}, { budget });
  const at = new Date().toISOString();
  const [call] = seededRecord(1).calls;
  const calls = [{ ...call!, at, costUsd: "0.995" }];
  await seedStore(join(home.folder, "data"), [seededRecord(1, { calls })]);
  const path = await home.drop("new.pdf", "%PDF-1.7 %%EOF");
  const ask = async (...words: string[]) => autod([...words, "--config", home.configFile]);
  const { stdout } = await ask("status");
  t.regex(stdout, /^ {2}scans: today +\$1\.00 of \$1\.00$/m);
  t.regex(
    stdout,
    /^ {2}scans: nothing is taken until .*00:00; what is left of folders\.scans\.budget/m,
  );
  t.regex(
    (await ask("why", path)).stdout,
    /what is left of folders\.scans\.budget\.perDay \(\$1\)/,
  );
});
