import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import test from "ava";
import { billedLine } from "../money/billed-line.ts";
import { lockStore } from "../../src/store/lock.ts";
import type { DocumentRecord } from "../../src/store/record.ts";
import { hash, saved } from "../filing/rooms.ts";
import { autod } from "../helpers/cli.ts";
import { type Home, makeHome } from "../helpers/home.ts";
import { seededRecord, seedStore } from "../helpers/seeded-store.ts";
import { failed, waitingRecord } from "../intake/waiting.ts";

const ask = (home: Home, ...words: string[]) => autod([...words, "--config", home.configFile]);

const identity = (bytes: string) => {
  const sha256 = hash(bytes);
  return { sha256, id: sha256.slice(0, 12), bytes: bytes.length };
};

/** A home with a document in quarantine, one that waits in the inbox, and one in the archive. */
async function homeWithThree() {
  const home = await makeHome();
  const name = "scan0001.pdf";
  const filedAs = join(home.quarantine, name);
  await saved(filedAs, "bad");
  await saved(`${filedAs}.reason.json`, "{}");
  const quarantined = seededRecord(1, {
    ...identity("bad"),
    status: "quarantined",
    extraction: null,
    filedAs,
    error: failed("ANSWER_INVALID"),
    source: { path: join(home.inbox, name), name, arrivedAt: "2026-01-01T00:00:00.000Z" },
  });
  const path = await home.drop("waits.pdf", "waits");
  const parked = { path, ino: 1, size: 5, mtimeMs: 1 };
  const waiting = waitingRecord(2, "KEY_REJECTED", { parked }, identity("waits"));
  const archived = seededRecord(3);
  await seedStore(join(home.folder, "data"), [quarantined, waiting, archived]);
  const { [Symbol.asyncDispose]: dispose } = home;
  return { home, quarantined, waiting, archived, [Symbol.asyncDispose]: dispose };
}

const statusesOf = (records: readonly DocumentRecord[]) => records.map(({ status }) => status);

test("retry --all takes back what is in quarantine and what waits, and says what comes next", async (t) => {
  await using three = await homeWithThree();
  const { home, quarantined, waiting, archived } = three;
  const { code, stdout, stderr } = await ask(home, "retry", "--all");
  t.is(stderr, "");
  t.is(code, 0);
  const inInbox = join(home.inbox, "scan0001.pdf");
  t.deepEqual(stdout.split("\n"), [
    `${quarantined.id}  is back in the inbox as ${inInbox}`,
    `${waiting.id}  waits no longer, and lies at ${join(home.inbox, "waits.pdf")}`,
    "autod run takes up what is back.",
    "",
  ]);
  t.is(await readFile(inInbox, "utf8"), "bad");
  t.deepEqual(await home.filed(), []);
  const records = await home.records();
  t.deepEqual(statusesOf(records), ["waiting", "waiting", "archived"]);
  t.deepEqual(records[2], archived);
  t.regex(
    (await ask(home, "show", quarantined.id)).stdout,
    /^waiting +to be tried again, due since \d/m,
  );
});

test("retry of some names each once, refuses what is done, and ends with 1 then", async (t) => {
  await using three = await homeWithThree();
  const { home, quarantined, waiting, archived } = three;
  const prefix = quarantined.id.slice(0, 6);
  const ids = [prefix, quarantined.id, archived.id];
  const { code, stdout } = await ask(home, "retry", ...ids, "--json");
  t.is(code, 1);
  const told = JSON.parse(stdout) as readonly { id: string; verdict: string }[];
  t.deepEqual(
    told.map(({ id, verdict }) => [id, verdict]),
    [
      [quarantined.id, "released"],
      [archived.id, "refused"],
    ],
  );
  t.deepEqual((await home.records())[1], waiting);
});

test("what waits for the account is shown to", async (t) => {
  await using three = await homeWithThree();
  const { stdout } = await ask(three.home, "show", three.waiting.id);
  t.regex(stdout, /^waiting for +the account \(KEY_REJECTED\)$/m);
});

test("all leaves alone what was undone, and says so", async (t) => {
  await using home = await makeHome();
  await seedStore(home.config.dataDir, [seededRecord(1, { status: "undone" })]);
  const { code, stdout } = await ask(home, "retry", "--all");
  t.is(code, 0);
  t.is(stdout, "nothing is in quarantine or waits; what was undone is taken by its id\n");
});

test("nothing to retry is no fault", async (t) => {
  await using home = await makeHome();
  const { code, stdout } = await ask(home, "retry", "--all");
  t.is(code, 0);
  t.is(stdout, "nothing is in quarantine or waits\n");
});

for (const words of [["retry"], ["retry", "--all", "3f2a9c"], ["retry", "3f2a9c"], ["forget"]]) {
  test(`"autod ${words.join(" ")}" ends with 2`, async (t) => {
    await using home = await makeHome();
    const { code, stdout } = await ask(home, ...words);
    t.is(code, 2);
    t.is(stdout, "");
  });
}

test("while another autod holds the store, retry and forget end with 75 and change nothing", async (t) => {
  await using three = await homeWithThree();
  const { home, quarantined, waiting, archived } = three;
  using _held = lockStore(join(home.folder, "data"));
  for (const words of [
    ["retry", "--all"],
    ["retry", quarantined.id],
    ["forget", archived.id],
  ]) {
    const { code, stderr } = await ask(home, ...words);
    t.is(code, 75);
    t.regex(stderr, /autod is running \(process \d+, since [^)]+\), and holds the store/);
  }
  t.deepEqual(await home.records(), [quarantined, waiting, archived]);
});

test("what was forgotten is unknown, and its cost stays in status and costs", async (t) => {
  await using three = await homeWithThree();
  const { home, quarantined, archived } = three;
  const { id, calls } = archived;
  await saved(
    join(home.folder, "log", "autod.2026-01-01.1.log"),
    `${JSON.stringify(billedLine(4, { id, costUsd: calls[0]?.costUsd ?? "" }))}\n`,
  );
  const facts = async () => ({
    costs: (await ask(home, "costs", "--json")).stdout,
    spending: JSON.parse((await ask(home, "status", "--json")).stdout).spending,
  });
  const before = await facts();
  t.is(JSON.parse(before.costs).total.calls, 1);

  const { code, stdout } = await ask(home, "forget", archived.id);
  t.is(code, 0);
  t.regex(stdout, /is forgotten; its PDF is no longer at .*Electricity bill 3\.pdf\n$/);
  t.is((await ask(home, "show", archived.id)).code, 2);
  t.deepEqual(await facts(), before);

  const kept = await ask(home, "forget", quarantined.id, "--json");
  t.is(kept.code, 0);
  t.like(JSON.parse(kept.stdout)[0], { verdict: "forgotten", path: quarantined.filedAs });
  t.is(await readFile(quarantined.filedAs ?? "", "utf8"), "bad");
});

test("an answer that was paid for is forgotten with --yes only", async (t) => {
  await using home = await makeHome();
  const path = await home.drop("undone.pdf", "undone");
  const parked = { path, ino: 1, size: 6, mtimeMs: 1 };
  const waiting = { reason: "retry", retryAt: null, since: "2026-01-01T00:00:00.000Z", parked };
  const undone = { status: "undone", waiting, filedAs: null } as Partial<DocumentRecord>;
  const record = seededRecord(1, undone);
  await seedStore(join(home.folder, "data"), [record]);
  const refused = await ask(home, "forget", record.id);
  t.is(refused.code, 1);
  t.regex(refused.stdout, /refused: it waits with an answer that was paid for/);
  t.is((await ask(home, "forget", record.id, "--yes")).code, 0);
  t.deepEqual(await home.records(), []);
  await rm(path);
});
