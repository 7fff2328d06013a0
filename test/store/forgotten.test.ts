import { mkdir, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import test from "ava";
import { openStore, readBooks, readRecords } from "../../src/store/store.ts";
import { emptyFolder } from "../helpers/folder.ts";
import { seededRecord, seedStore } from "../helpers/seeded-store.ts";
import { openedStore } from "../helpers/opened-store.ts";

const [kept, gone] = [seededRecord(1), seededRecord(2)];

const seqsOf = (calls: Iterable<{ readonly seq: number }>) =>
  [...calls].map(({ seq }) => seq).toSorted((a, b) => a - b);

const linesOf = async (folder: string) =>
  (await readFile(join(folder, "forgotten.jsonl"), "utf8")).trimEnd().split("\n");

test("a record that was removed is known no more, but its calls are", async (t) => {
  const folder = await emptyFolder(t);
  await seedStore(folder, [kept, gone]);
  const store = await openedStore(t, folder);
  await store.remove(gone.sha256);

  t.is(store.find(gone.sha256), undefined);
  t.deepEqual([...store.all()], [kept]);
  t.deepEqual(seqsOf(store.calls()), [2, 3]);
  t.deepEqual(await readRecords(folder), [kept]);
  t.deepEqual(seqsOf((await readBooks(folder, [kept])).calls()), [2, 3]);

  const afresh = await openedStore(t, folder);
  t.deepEqual([...afresh.all()], [kept]);
  t.deepEqual(seqsOf(afresh.calls()), [2, 3]);
  t.is(afresh.nextSeq(), 4);
});

test("of a forgotten document only what it cost is kept, for its owner only", async (t) => {
  const folder = await emptyFolder(t);
  await seedStore(folder, [kept, gone]);
  {
    await using store = await openStore(folder);
    await store.remove(gone.sha256);
  }
  const { id, sha256, calls, profile } = gone;
  const [line = "", ...more] = await linesOf(folder);
  t.deepEqual(more, []);
  const { forgottenAt, ...rest } = JSON.parse(line);
  t.false(Number.isNaN(Date.parse(forgottenAt)));
  t.deepEqual(rest, { id, sha256, folder: gone.folder, profile, calls });
  t.is((await stat(join(folder, "forgotten.jsonl"))).mode & 0o777, 0o600);
  const documents = JSON.parse(await readFile(join(folder, "documents.json"), "utf8"));
  t.deepEqual(Object.keys(documents), ["version", "documents"]);
});

test("what a crash left both known and forgotten is counted once, also when it is forgotten again", async (t) => {
  const folder = await emptyFolder(t);
  await seedStore(folder, [kept, gone]);
  await (await openedStore(t, folder)).remove(gone.sha256);
  // As it was before the record went.
  await seedStore(folder, [kept, gone]);
  const store = await openedStore(t, folder);
  t.deepEqual(seqsOf(store.calls()), [2, 3]);
  await store.remove(gone.sha256);
  t.deepEqual(seqsOf(store.calls()), [2, 3]);
  t.deepEqual(seqsOf((await openedStore(t, folder)).calls()), [2, 3]);
});

test("a document that comes again and is forgotten again has cost both", async (t) => {
  const folder = await emptyFolder(t);
  await seedStore(folder, [gone]);
  const store = await openedStore(t, folder);
  await store.remove(gone.sha256);
  t.is(store.newId(gone.sha256), gone.id);
  const calls = gone.calls.map((call) => ({ ...call, seq: store.nextSeq() }));
  await store.commit({ ...gone, calls });
  await store.remove(gone.sha256);
  t.deepEqual(seqsOf(store.calls()), [3, 4]);
  t.deepEqual(seqsOf((await openedStore(t, folder)).calls()), [3, 4]);
});

test("many are forgotten at once", async (t) => {
  const folder = await emptyFolder(t);
  const records = Array.from({ length: 30 }, (_, number) => seededRecord(number));
  await seedStore(folder, records);
  const store = await openedStore(t, folder);
  await Promise.all(records.map(({ sha256 }) => store.remove(sha256)));
  t.deepEqual(await readRecords(folder), []);
  t.is((await linesOf(folder)).length, 30);
});

for (const file of ["forgotten.jsonl.new", "journal.jsonl.new"]) {
  test(`while ${file} can't be written nothing is forgotten, and nothing counted twice`, async (t) => {
    const folder = await emptyFolder(t);
    await seedStore(folder, [kept, gone]);
    const store = await openedStore(t, folder);
    await mkdir(join(folder, file));
    await t.throwsAsync(store.remove(gone.sha256));
    t.deepEqual(store.find(gone.sha256), gone);
    t.deepEqual(seqsOf(store.calls()), [2, 3]);
    t.deepEqual((await readRecords(folder)).length, 2);
    await rm(join(folder, file), { recursive: true });
    await store.remove(gone.sha256);
    t.deepEqual(seqsOf((await openedStore(t, folder)).calls()), [2, 3]);
    t.deepEqual(await readRecords(folder), [kept]);
  });
}

test("removing what isn't known is an error, and leaves no file", async (t) => {
  const folder = await emptyFolder(t);
  const store = await openedStore(t, folder);
  await t.throwsAsync(store.remove(gone.sha256), { message: `no record of ${gone.sha256}` });
  t.deepEqual(await readdir(folder), []);
});

for (const [what, text] of [
  ["no JSON", '{"id": "3f2a'],
  ["no such line", '{"id": "3f2a9c01b7de"}'],
] as const) {
  test(`a line that is ${what} is named, and nothing is reckoned without it`, async (t) => {
    const folder = await emptyFolder(t);
    await seedStore(folder, [gone]);
    await (await openedStore(t, folder)).remove(gone.sha256);
    const path = join(folder, "forgotten.jsonl");
    await writeFile(path, `${await readFile(path, "utf8")}${text}\n`);
    const error = await t.throwsAsync(openStore(folder), { code: "STORE_DAMAGED" });
    t.regex(error?.message ?? "", /forgotten\.jsonl:2 /);
    await t.throwsAsync(readBooks(folder, []), { code: "STORE_DAMAGED" });
  });
}
