import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import test from "ava";
import { AutodError } from "../../src/errors.ts";
import { openStore, readRecords } from "../../src/store/store.ts";
import { emptyFolder } from "../helpers/folder.ts";
import { seededRecord, seedStore } from "../helpers/seeded-store.ts";
import { openedStore } from "../helpers/opened-store.ts";

const whole = (records = [seededRecord(1)]) =>
  JSON.stringify({
    version: 1,
    documents: Object.fromEntries(records.map((record) => [record.sha256, record])),
  });

type Opening = typeof openStore | typeof readRecords;

const isRefused = test.macro(
  async (
    t,
    content: string | Buffer,
    code: string,
    message: RegExp = /documents\.json/,
    openings: readonly Opening[] = [openStore, readRecords],
  ) => {
    const folder = await emptyFolder(t);
    const path = join(folder, "documents.json");
    await writeFile(path, content);
    for (const opening of openings) {
      const error = await t.throwsAsync<AutodError>(opening(folder), { code });
      t.true(error instanceof AutodError);
      t.is(error.kind, "config");
      t.regex(error.message, message);
    }
    t.deepEqual(await readFile(path), Buffer.from(content));
    t.deepEqual(await readdir(folder), ["documents.json"]);
  },
);

const damaged = "STORE_DAMAGED";
const torn = whole().slice(0, 900);
const mistyped = whole([{ ...seededRecord(1), bytes: "many" as never }]);
const hollow = whole([{ ...seededRecord(1), calls: null as never }]);
const invalidUtf8 = Buffer.from(whole().replace("Stadtwerke", "Stadtw\u00ffrke"), "latin1");

test("an empty file is refused", isRefused, "", damaged, /is no JSON/);
test("a file of NULs is refused", isRefused, Buffer.alloc(4096), damaged, /is no JSON/);
test("a torn file is refused", isRefused, torn, damaged, /is no JSON/);
test("a file with more behind its end is refused", isRefused, `${whole()}}`, damaged, /is no JSON/);
test("bytes that are no text are refused", isRefused, invalidUtf8, damaged, /is no JSON/);
test("JSON of another kind is refused", isRefused, "[]", damaged);
test("null is refused", isRefused, "null", damaged);
test("a store without a version is refused", isRefused, '{"documents":{}}', damaged, /version/);
test("a version of nothing is refused", isRefused, '{"version":0,"documents":{}}', damaged);
test(
  "a version that is no number is refused",
  isRefused,
  '{"version":"2","documents":{}}',
  damaged,
);
test(
  "a newer store is refused",
  isRefused,
  '{"version":2,"papers":[]}',
  "STORE_NEWER",
  /version 2/,
);
test(
  "before anything is changed, a record that isn't one is refused, by its place",
  isRefused,
  mistyped,
  damaged,
  /\.bytes: /,
  [openStore],
);
test("what has no outline of a record can't be looked at", isRefused, hollow, damaged, /\.calls: /);

test(
  "money that isn't exact is refused",
  isRefused,
  whole([seededRecord(1, { costUsd: "1e-7" })]),
  damaged,
  /costUsd/,
  [openStore],
);

test(
  "a record that stands under another's hash is refused",
  isRefused,
  whole().replace(seededRecord(1).sha256, seededRecord(2).sha256),
  damaged,
);

test("no file yet is an empty store, and reading makes none", async (t) => {
  const folder = await emptyFolder(t);
  t.deepEqual(await readRecords(folder), []);
  t.deepEqual([...(await openedStore(t, folder)).all()], []);
  t.deepEqual(await readRecords(join(folder, "away")), []);
  t.deepEqual(await readdir(folder), []);
});

test("what can't be read for another reason isn't taken for an empty store", async (t) => {
  const folder = await emptyFolder(t);
  await writeFile(join(folder, "file"), "");
  await t.throwsAsync(openStore(join(folder, "file")), { code: "ENOTDIR" });
});

test("the file is JSON that any tool can read", async (t) => {
  const folder = await emptyFolder(t);
  const record = seededRecord(1, { history: [historyWith({ title: "Größe \u2028 📄 \u0000" })] });
  {
    await using store = await openStore(folder);
    await store.commit(record);
  }
  const text = await readFile(join(folder, "documents.json"), "utf8");
  t.deepEqual(JSON.parse(text), { version: 1, documents: { [record.sha256]: record } });
  t.deepEqual(await readRecords(folder), [record]);
});

test("every record that the store took is one that it takes again", async (t) => {
  const folder = await emptyFolder(t);
  const records = Array.from({ length: 50 }, (_, number) => seededRecord(number));
  await seedStore(folder, records);
  t.deepEqual(await readRecords(folder), records);
});

function historyWith(before: unknown) {
  return { at: "2026-01-15T10:00:00.000Z", by: "edit" as const, before, from: null, to: null };
}

test("who looks for a record may leave out the others, where each has a line", async (t) => {
  const folder = await emptyFolder(t);
  const records = [1, 2, 3].map((number) => seededRecord(number));
  {
    await using store = await openStore(folder);
    for (const record of records) await store.commit(record);
  }
  const second = (line: string) => line.startsWith(`"${records[1]?.sha256}": {`);
  t.deepEqual(await readRecords(folder, second), [records[1]]);
  t.deepEqual(await readRecords(folder, () => false), []);
  await writeFile(join(folder, "documents.json"), whole(records));
  t.deepEqual(await readRecords(folder, second), records, "laid out by another program");
});
