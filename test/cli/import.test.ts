import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import test from "ava";
import { imported } from "../../src/desk/orders.ts";
import { lockStore } from "../../src/store/lock.ts";
import type { DocumentRecord } from "../../src/store/record.ts";
import { readRecords } from "../../src/store/store.ts";
import { autod } from "../helpers/cli.ts";
import { type Home, makeHome } from "../helpers/home.ts";
import { seededRecord, seededWork, seedStore } from "../helpers/seeded-store.ts";

const ask = (home: Home, ...words: string[]) => autod([...words, "--config", home.configFile]);

/** A file of a home with these lines. */
async function saved(home: Home, name: string, ...lines: readonly unknown[]): Promise<string> {
  const path = join(home.folder, name);
  const texts = lines.map((line) => (typeof line === "string" ? line : JSON.stringify(line)));
  await writeFile(path, texts.map((line) => `${line}\n`).join(""));
  return path;
}

const withoutSeq = (record: DocumentRecord | undefined) =>
  record && { ...record, calls: record.calls.map((call) => ({ ...call, seq: 0 })) };

test("what one autod exports another imports, and both know the same but for the numbers of calls", async (t) => {
  await using here = await makeHome();
  await using there = await makeHome();
  const records = Array.from({ length: 20 }, (_, at) => seededRecord(at));
  await seedStore(here.config.dataDir, records);
  await seedStore(there.config.dataDir, [seededRecord(5), seededRecord(100)]);
  const file = join(here.folder, "all.jsonl");
  t.is((await ask(here, "export", "--format", "jsonl", "--output", file)).code, 0);
  const { code, stdout } = await ask(there, "import", file);
  t.is(code, 0);
  t.deepEqual(stdout.split("\n"), [
    "19 documents imported",
    "19 files don't stand where the records say; import brings no files",
    "1 document known already, and left alone",
    "",
  ]);
  const known = await readRecords(there.config.dataDir);
  const seqs = known.flatMap(({ calls }) => calls.map(({ seq }) => seq));
  t.is(new Set(seqs).size, 21);
  for (const record of records) {
    const found = known.find(({ sha256 }) => sha256 === record.sha256);
    t.deepEqual(withoutSeq(found), withoutSeq(record));
  }
});

test("an array as list --json prints it is imported too, and facts are told as JSON", async (t) => {
  await using here = await makeHome();
  await using there = await makeHome();
  const filedAs = join(there.archive, "here.pdf");
  await mkdir(dirname(filedAs), { recursive: true });
  await writeFile(filedAs, "x");
  const records = [seededRecord(1, { filedAs }), seededRecord(2)];
  await seedStore(here.config.dataDir, records);
  const file = await saved(here, "list.json", (await ask(here, "list", "--json")).stdout);
  const report = imported.parse(JSON.parse((await ask(there, "import", file, "--json")).stdout));
  t.like(report, { known: 0, open: [], unknownFields: [], filesMissing: 1 });
  t.deepEqual(report.added.toSorted(), records.map(({ id }) => id).toSorted());
});

test("from a pipe it takes what comes, however slowly", async (t) => {
  await using home = await makeHome();
  const main = new URL("../../src/main.ts", import.meta.url).pathname;
  const child = spawn(process.execPath, [main, "import", "-", "--config", home.configFile]);
  const said = Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
  const [first = "", second = ""] = [1, 2].map((one) => `${JSON.stringify(seededRecord(one))}\n`);
  child.stdin.write(first.slice(0, 100));
  // No test can see when it reads; by the time that another has come and gone, it mostly does.
  await ask(home, "list");
  child.stdin.end(first.slice(100) + second);
  const [stdout, stderr, [code]] = await said;
  t.is(stderr, "");
  t.is(code, 0);
  t.regex(stdout, /^2 documents imported\n/);
});

test("if anything is wrong nothing is imported, nothing is made, and each fault has its place", async (t) => {
  await using home = await makeHome();
  const before = await readdir(home.folder);
  const wrong = { ...seededRecord(2), status: "lost\u001b[2J", bytes: "many" };
  const file = await saved(home, "bad.jsonl", seededRecord(1), wrong, '{"torn');
  const { code, stdout, stderr } = await ask(home, "import", file);
  t.is(code, 2);
  t.is(stdout, "");
  t.regex(stderr, /^autod: 2 records are wrong, so nothing is imported\n/);
  t.regex(stderr, /^.*bad\.jsonl:2: status: /m);
  t.regex(stderr, /^.*bad\.jsonl:2: bytes: /m);
  t.regex(stderr, /^.*bad\.jsonl:3: is no JSON: /m);
  t.false(stderr.includes("\u001b"));
  t.deepEqual(await readdir(home.folder), [...before, "bad.jsonl"].toSorted());
});

test("while another autod holds the store and doesn't answer it says what to do, and a file that can't be read is named", async (t) => {
  await using home = await makeHome();
  await seedStore(home.config.dataDir, [seededRecord(1)]);
  const file = await saved(home, "one.jsonl", seededRecord(2));
  {
    using _ = lockStore(home.config.dataDir);
    const { code, stderr } = await ask(home, "import", file);
    t.is(code, 75);
    t.regex(stderr, /It doesn't answer/);
  }
  for (const path of [join(home.folder, "missing.jsonl"), home.inbox]) {
    const { code, stderr } = await ask(home, "import", path);
    t.is(code, 2);
    t.true(stderr.includes(`${path} can't be read: `));
  }
});

test("what is left out is told with its reason", async (t) => {
  await using home = await makeHome();
  const work = seededWork("/staged", "claimed");
  const open = seededRecord(1, { status: "processing", filedAs: null, work });
  const file = await saved(home, "some.jsonl", open, { ...seededRecord(2), "mood\u001b[2J": 1 });
  const { code, stdout } = await ask(home, "import", file);
  t.is(code, 0);
  t.deepEqual(stdout.split("\n"), [
    "1 document imported",
    "1 file doesn't stand where the records say; import brings no files",
    `1 document left out, for another autod is not done yet: ${open.id}`,
    "fields left out that this autod doesn't know: mood\\x1b[2J",
    "",
  ]);
});
