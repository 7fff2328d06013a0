import { mkdir, readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { setImmediate as tick } from "node:timers/promises";
import test, { type ExecutionContext } from "ava";
import type { DocumentRecord } from "../../src/store/record.ts";
import { findByPrefix, readRecords, type Store } from "../../src/store/store.ts";
import { errno, replaceCall } from "../filing/failing.ts";
import { fillDisk } from "../helpers/fill-disk.ts";
import { emptyFolder, smallDisk } from "../helpers/folder.ts";
import { seededRecord, seedStore } from "../helpers/seeded-store.ts";
import { start } from "./child.ts";
import { openedStore } from "../helpers/opened-store.ts";

const record = seededRecord(1);
const { sha256 } = record;

const onDisk = (folder: string) => readFile(join(folder, "journal.jsonl"), "utf8");

/** What is known afresh, by a store and by a look without one. */
async function knownAfresh(t: ExecutionContext, folder: string): Promise<DocumentRecord[]> {
  const records = [...(await openedStore(t, folder)).all()];
  t.deepEqual(await readRecords(folder), records);
  return records;
}

/** A store with one record, of which every write fails until the disk is mended. */
async function brokenDisk(t: ExecutionContext) {
  const folder = await emptyFolder(t);
  await seedStore(folder, [record]);
  const store = await openedStore(t, folder);
  const obstacle = join(folder, "journal.jsonl.new");
  await mkdir(obstacle);
  return { folder, store, mend: () => rm(obstacle, { recursive: true }) };
}

test("what was committed is found afresh", async (t) => {
  const folder = await emptyFolder(t);
  const store = await openedStore(t, folder);
  t.is(store.find(sha256), undefined);
  await store.commit(record);
  t.deepEqual(store.find(sha256), record);
  t.deepEqual(await knownAfresh(t, folder), [record]);
});

test("what nobody waited for is there when the store is disposed", async (t) => {
  const folder = await emptyFolder(t);
  await seedStore(folder, [record]);
  const store = await openedStore(t, folder);
  const written = store.commit({ ...record, attempts: 7 });
  // That is under way.
  await Promise.resolve();
  await Promise.resolve();
  let isDone = false;
  void store.update(sha256, { attempts: 8 }).then(() => (isDone = true));
  await store[Symbol.asyncDispose]();
  t.true(isDone);
  await written;
  t.is((await readRecords(folder))[0]?.attempts, 8);
});

test("a commit takes the place of what the record was", async (t) => {
  const folder = await emptyFolder(t);
  const store = await openedStore(t, folder);
  await store.commit(record);
  await store.commit(seededRecord(2));
  await store.commit({ ...record, status: "undone" });
  t.deepEqual(await knownAfresh(t, folder), [{ ...record, status: "undone" }, seededRecord(2)]);
});

test("a commit is on the disk when it resolves", async (t) => {
  const folder = await emptyFolder(t);
  const store = await openedStore(t, folder);
  for (let number = 0; number < 5; number += 1) {
    await store.commit(seededRecord(number));
    t.is((await readRecords(folder)).length, number + 1);
  }
});

test("many commits at once are all kept", async (t) => {
  const folder = await emptyFolder(t);
  const store = await openedStore(t, folder);
  const records = Array.from({ length: 100 }, (_, number) => seededRecord(number));
  await Promise.all(
    records.map(async (one, number) => {
      for (let ticks = 0; ticks < number % 10; ticks += 1) await tick();
      await store.commit(one);
      t.true((await onDisk(folder)).includes(one.sha256));
    }),
  );
  t.is((await knownAfresh(t, folder)).length, 100);
});

test("many changes of one record at once are all kept", async (t) => {
  const folder = await emptyFolder(t);
  const store = await openedStore(t, folder);
  await store.commit({ ...record, attempts: 0 });
  await Promise.all(
    Array.from({ length: 50 }, async (_, number) => {
      for (let ticks = 0; ticks < number % 5; ticks += 1) await tick();
      await store.update(sha256, ({ attempts }) => ({ attempts: attempts + 1 }));
    }),
  );
  t.is((await knownAfresh(t, folder))[0]?.attempts, 50);
});

test("an update changes what it names, and when it was", async (t) => {
  const folder = await emptyFolder(t);
  const store = await openedStore(t, folder);
  await store.commit(record);
  const updated = await store.update(sha256, { status: "review", filedAs: "/review/a.pdf" });
  const { updatedAt } = updated;
  t.true(updatedAt > record.updatedAt);
  t.deepEqual(updated, { ...record, status: "review", filedAs: "/review/a.pdf", updatedAt });
  t.deepEqual(await knownAfresh(t, folder), [updated]);
  t.is(record.status, "archived");
});

test("an update of what isn't known is an error", async (t) => {
  const store = await openedStore(t, await emptyFolder(t));
  await t.throwsAsync(store.update(sha256, { attempts: 2 }), { message: `no record of ${sha256}` });
});

test("a commit to a full disk rejects, and all is as it was", async (t) => {
  const folder = await smallDisk(t, 256);
  if (folder === null) return;
  const store = await openedStore(t, folder);
  await store.commit(record);
  const before = await onDisk(folder);
  const makeRoom = await fillDisk(folder);

  // More than may be left of the journal's last block.
  const possibleDuplicateOf = "x".repeat(5_000);
  const large = seededRecord(2, { possibleDuplicateOf });
  await t.throwsAsync(store.commit(large), { code: "ENOSPC" });
  await t.throwsAsync(store.update(sha256, { possibleDuplicateOf }), { code: "ENOSPC" });
  t.is(await onDisk(folder), before);
  t.deepEqual(store.find(sha256), record);
  t.is(store.find(seededRecord(2).sha256), undefined);
  t.deepEqual([...store.all()], [record]);
  t.deepEqual((await readdir(folder)).toSorted(), ["filler", "journal.jsonl"]);

  await makeRoom();
  await store.commit(seededRecord(3));
  t.deepEqual(await knownAfresh(t, folder), [record, seededRecord(3)]);
});

test("a commit into a folder that is gone rejects, and none is made", async (t) => {
  const folder = join(await emptyFolder(t), "data");
  await seedStore(folder, [record]);
  const store = await openedStore(t, folder);
  await rm(folder, { recursive: true });
  await t.throwsAsync(store.update(sha256, { attempts: 2 }), { code: "ENOENT" });
  t.deepEqual(store.find(sha256), record);
  await t.throwsAsync(readdir(folder), { code: "ENOENT" });
});

test("changes of one record that fail together leave what is on the disk", async (t) => {
  const { folder, store, mend } = await brokenDisk(t);
  const changes = [2, 3, 4].map((attempts) => store.update(sha256, { attempts }));
  const outcomes = await Promise.allSettled(changes);
  t.true(outcomes.every(({ status }) => status === "rejected"));
  t.deepEqual(store.find(sha256), record);
  await mend();
  await store.commit(seededRecord(2));
  t.deepEqual(await knownAfresh(t, folder), [record, seededRecord(2)]);
});

test("changes of one record that fail one after the other leave what is on the disk", async (t) => {
  const { store } = await brokenDisk(t);
  const first = store.update(sha256, { attempts: 2 });
  await tick();
  const second = store.update(sha256, { attempts: 3 });
  await t.throwsAsync(first);
  await t.throwsAsync(second);
  t.deepEqual(store.find(sha256), record);
});

test.serial("a change that failed isn't withdrawn from one that went on from it", async (t) => {
  const folder = await emptyFolder(t);
  await seedStore(folder, [record]);
  const store = await openedStore(t, folder);
  let writes = 0;
  replaceCall(t, "rename", (original, ...given) => {
    writes += 1;
    if (writes === 1) throw errno("EIO", "rename");
    return original(...(given as never[]));
  });
  const first = store.update(sha256, { attempts: 2 });
  await tick();
  const second = store.update(sha256, { status: "undone" });
  await t.throwsAsync(first, { code: "EIO" });
  const { updatedAt } = await second;
  const both = { ...record, attempts: 2, status: "undone" as const, updatedAt };
  t.deepEqual(store.find(sha256), both);
  t.deepEqual(await knownAfresh(t, folder), [both]);
});

test("a new record that failed is none", async (t) => {
  const { folder, store, mend } = await brokenDisk(t);
  const fresh = seededRecord(2);
  await t.throwsAsync(store.commit(fresh));
  t.is(store.find(fresh.sha256), undefined);
  await mend();
  t.is(store.newId(fresh.sha256), fresh.id);
  await store.commit(fresh);
  t.deepEqual(await knownAfresh(t, folder), [record, fresh]);
});

/** What a store tells of its changes, as the state that they leave. */
function told(store: Store): Readonly<Record<string, DocumentRecord>> {
  const known = Object.fromEntries([...store.all()].map((one) => [one.sha256, one]));
  store.watch((before, after) => {
    const key = (after ?? before)?.sha256 ?? "";
    if (known[key] !== before) throw new Error("it was something else before");
    if (after) known[key] = after;
    else delete known[key];
  });
  return known;
}

test("who watches is told of each change, and what the record was before", async (t) => {
  const store = await openedStore(t, await emptyFolder(t));
  const known = told(store);
  await store.commit(record);
  await Promise.all([2, 3].map((attempts) => store.update(sha256, { attempts })));
  await store.commit(seededRecord(2));
  await store.remove(seededRecord(2).sha256);
  t.is(known[sha256]?.attempts, 3);
  t.deepEqual(Object.values(known), [...store.all()]);
});

test("who watches is told what is taken back because it could not be stored", async (t) => {
  const { store, mend } = await brokenDisk(t);
  const known = told(store);
  const fails = [
    store.update(sha256, { attempts: 2 }),
    store.update(sha256, { attempts: 3 }),
    store.commit(seededRecord(2)),
  ];
  t.is(known[sha256]?.attempts, 3, "it is told at once");
  await Promise.allSettled(fails);
  t.deepEqual(known, { [sha256]: record });
  await t.throwsAsync(store.remove(sha256));
  t.deepEqual(known, { [sha256]: record });
  await mend();
  await store.remove(sha256);
  t.deepEqual(known, {});
});

test("an id is 12 digits of the hash", async (t) => {
  const store = await openedStore(t, await emptyFolder(t));
  t.is(store.newId(sha256), sha256.slice(0, 12));
});

test("an id is longer where another document has these digits", async (t) => {
  const folder = await emptyFolder(t);
  const [one, two, three] = ["0123456789ab", "0123456789abcd", "0123456789abce"].map((digits) =>
    digits.padEnd(64, "0"),
  ) as [string, string, string];
  const store = await openedStore(t, folder);
  for (const [hash, length] of [
    [one, 12],
    [two, 13],
    [three, 14],
  ] as const) {
    t.is(store.newId(hash), hash.slice(0, length));
    await store.commit({ ...record, sha256: hash, id: store.newId(hash) });
  }
  const afresh = await openedStore(t, folder);
  t.is(afresh.newId("0123456789ab".padEnd(64, "1")), "0123456789ab1");
  t.is(afresh.newId("0123456789abce".padEnd(64, "1")), "0123456789abce1");
  t.is(afresh.newId(two), "0123456789abc", "a document keeps its own");
});

test("an id is taken as soon as its commit is begun", async (t) => {
  const store = await openedStore(t, await emptyFolder(t));
  const committing = store.commit(record);
  t.is(store.newId(sha256.slice(0, 12).padEnd(64, "0")).length, 13);
  await committing;
});

test("running numbers begin at 1 and go on after a restart", async (t) => {
  const folder = await emptyFolder(t);
  const store = await openedStore(t, folder);
  t.deepEqual([store.nextSeq(), store.nextSeq()], [1, 2]);
  const [call] = record.calls;
  const calls = [41, 7].map((seq) => ({ ...call, seq }) as DocumentRecord["calls"][number]);
  await store.commit({ ...record, calls });
  await store.commit(seededRecord(2, { calls: [] }));
  t.is((await openedStore(t, folder)).nextSeq(), 42);
});

test("a store of many calls can be opened where the stack is small", async (t) => {
  const folder = await emptyFolder(t);
  const [call] = record.calls;
  const calls = Array.from({ length: 30_000 }, (_, seq) => ({ ...call, seq }));
  await seedStore(folder, [{ ...record, calls: calls as DocumentRecord["calls"] }]);
  t.is(await start(t, "opener.ts", folder, ["--stack-size=200"]).firstLine, "30000");
});

const twin = (digits: string, id: number): DocumentRecord => {
  const hash = digits.padEnd(64, "0");
  return seededRecord(id, { sha256: hash, id: hash.slice(0, digits.length) });
};
const [short, long, other] = [
  twin("0123456789ab", 1),
  twin("0123456789abf", 2),
  twin("abcdef012345", 3),
];
const records = [long, short, other];

const finds = test.macro((t, prefix: string, expected: DocumentRecord) => {
  t.is(findByPrefix(records, prefix), expected);
});

test("a document is found by its id", finds, "abcdef012345", other);
test("a document is found by its hash", finds, other.sha256, other);
test("a document is found by 6 digits", finds, "abcdef", other);
test("a document is found by more than its id", finds, "abcdef0123450", other);
test("a document is found in capitals", finds, "ABCDEF", other);
test("an id that is the start of another's is that document's", finds, "0123456789ab", short);
test("an id that goes on from another's is that document's", finds, "0123456789abf", long);

const findsNone = test.macro((t, prefix: string, message: string) => {
  t.throws(() => findByPrefix(records, prefix), { code: "UNKNOWN_DOCUMENT", message });
});

test("5 digits are too few", findsNone, "abcde", "abcde is too short to name a document");
test("no digits are too few", findsNone, "", " is too short to name a document");
test(
  "what two share names neither",
  findsNone,
  "012345",
  "012345 is the start of more than one document's id",
);
test("what nobody has names nobody", findsNone, "fedcba", "fedcba is no document's id");
test("the middle of a hash names nobody", findsNone, "bcdef0", "bcdef0 is no document's id");
