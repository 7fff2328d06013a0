import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import test from "ava";
import { listBackups } from "../../src/store/backup.ts";
import { restore } from "../../src/store/restore.ts";
import { openStore, readRecords } from "../../src/store/store.ts";
import { emptyFolder } from "../helpers/folder.ts";
import { openedStore } from "../helpers/opened-store.ts";
import { seededRecord, seedStore } from "../helpers/seeded-store.ts";

const [one, two] = [seededRecord(1), seededRecord(2)];

test("a backup holds all that is durable, for its owner only, and the store goes on", async (t) => {
  const folder = await emptyFolder(t);
  const store = await openedStore(t, folder);
  await store.commit(one);
  const path = await store.backUp();
  await store.commit(two);
  t.deepEqual(JSON.parse(await readFile(path, "utf8")), {
    version: 1,
    documents: { [one.sha256]: one },
  });
  t.deepEqual(await listBackups(folder), [path]);
  t.deepEqual(await readRecords(folder), [one, two]);
});

test("of the backups the newest 14 are kept", async (t) => {
  const folder = await emptyFolder(t);
  const store = await openedStore(t, folder);
  const made: string[] = [];
  for (let number = 0; number < 17; number += 1) {
    await store.commit(seededRecord(number));
    made.push(await store.backUp());
  }
  t.deepEqual(await listBackups(folder), made.slice(3).toReversed());
});

test("what was restored is the store, and the next change is appended to it", async (t) => {
  const folder = await emptyFolder(t);
  let backup = "";
  {
    await using store = await openStore(folder);
    await store.commit(one);
    backup = await store.backUp();
    await store.commit({ ...one, attempts: 9 });
    await store.commit(two);
  }
  const { documents, before } = await restore(folder, backup);
  t.is(documents, 1);
  const [kept = ""] = before;
  t.deepEqual(Object.keys(JSON.parse(await readFile(kept, "utf8")).documents), [
    one.sha256,
    two.sha256,
  ]);
  const store = await openedStore(t, folder);
  t.deepEqual([...store.all()], [one]);
  await store.commit(two);
  t.deepEqual(await readRecords(folder), [one, two]);
});

test("bills that a backup doesn't know stay in all totals, each once", async (t) => {
  const folder = await emptyFolder(t);
  await seedStore(folder, [one, two]);
  const backup = join(folder, "older.json");
  await writeFile(backup, JSON.stringify({ version: 1, documents: { [one.sha256]: one } }));
  for (const kept of [1, 0]) {
    t.is((await restore(folder, backup)).callsKept, kept);
    await using store = await openStore(folder);
    t.deepEqual(
      [...store.calls()].map(({ seq }) => seq),
      [2, 3],
    );
    t.is(store.nextSeq(), 4);
  }
});

test("a damaged store is set aside as it is, and the backup takes its place", async (t) => {
  const folder = await emptyFolder(t);
  await seedStore(folder, [one]);
  const backup = await (await openedStore(t, folder)).backUp();
  await writeFile(join(folder, "documents.json"), "torn");
  const { before } = await restore(folder, backup);
  t.is(await readFile(before[0] ?? "", "utf8"), "torn");
  t.deepEqual(await readRecords(folder), [one]);
});

test("a restoration that was cut off is refused, and done again", async (t) => {
  const folder = await emptyFolder(t);
  let backup = "";
  {
    await using store = await openStore(folder);
    await store.commit(one);
    backup = await store.backUp();
    await store.commit(two);
  }
  const snapshot = join(folder, "documents.json");
  const before = await readFile(snapshot);
  await restore(folder, backup);
  // As if it had died between the journal and the snapshot.
  await writeFile(snapshot, before);
  await t.throwsAsync(openStore(folder), { code: "STORE_DAMAGED" });
  await restore(folder, backup);
  t.deepEqual([...(await openedStore(t, folder)).all()], [one]);
});

test("a store that was edited on purpose can be taken as it is", async (t) => {
  const folder = await emptyFolder(t);
  {
    await using store = await openStore(folder);
    await store.commit(one);
  }
  const path = join(folder, "documents.json");
  await writeFile(path, (await readFile(path, "utf8")).replaceAll("Stadtwerke", "Waterworks"));
  await t.throwsAsync(openStore(folder), { code: "STORE_DAMAGED" });
  await restore(folder, path);
  const [record] = (await openedStore(t, folder)).all();
  t.is(record?.extraction?.issuer, "Waterworks");
});

for (const [what, content, code] of [
  ["no JSON", "torn", "STORE_DAMAGED"],
  ["no store", "{}", "STORE_DAMAGED"],
  ["a newer store", '{"version":2,"documents":{}}', "STORE_NEWER"],
  ["none that can be read", null, "ARGUMENT_INVALID"],
] as const) {
  test(`a backup that is ${what} is refused, and nothing is changed`, async (t) => {
    const folder = await emptyFolder(t);
    await seedStore(folder, [one]);
    const backup = join(await emptyFolder(t), "backup.json");
    if (content !== null) await writeFile(backup, content);
    const before = await readdir(folder);
    await t.throwsAsync(restore(folder, backup), { code });
    t.deepEqual(await readdir(folder), before);
    t.deepEqual(await readRecords(folder), [one]);
  });
}
