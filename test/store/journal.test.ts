import { open, readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import { openStore, readRecords } from "../../src/store/store.ts";
import { errno } from "../filing/failing.ts";
import { emptyFolder } from "../helpers/folder.ts";
import { seededRecord, seedStore } from "../helpers/seeded-store.ts";
import { openedStore } from "../helpers/opened-store.ts";

const attempts = (number: number, tries: number) => seededRecord(number, { attempts: tries });

/** A store that died with this much in its journal: its snapshot has the first record as it was before. */
async function killed(t: ExecutionContext) {
  const folder = await emptyFolder(t);
  await seedStore(folder, [attempts(1, 1)]);
  const store = await openedStore(t, folder);
  await store.commit(attempts(1, 2));
  await store.commit(attempts(2, 1));
  await store.commit(attempts(1, 3));
  await store.remove(seededRecord(2).sha256);
  await store.commit(attempts(3, 1));
  const path = join(folder, "journal.jsonl");
  return { folder, path, bytes: await readFile(path) };
}

/** Opens a store afresh: what it knows, what it says of damage, and that a look without it sees the same. */
async function afresh(t: ExecutionContext, folder: string) {
  const looked = await readRecords(folder);
  const store = await openedStore(t, folder);
  const records = [...store.all()];
  t.deepEqual(looked, records);
  return { records, damage: store.damage(), store };
}

const triesOf = (records: readonly { readonly id: string; readonly attempts: number }[]) =>
  Object.fromEntries(records.map(({ id, attempts: tries }) => [id, tries]));

const [one, , three] = [1, 2, 3].map((number) => seededRecord(number).id) as [
  string,
  string,
  string,
];

test("what was appended since the snapshot is found again, the last of each record", async (t) => {
  const { folder } = await killed(t);
  const { records, damage } = await afresh(t, folder);
  t.deepEqual(triesOf(records), { [one]: 3, [three]: 1 });
  t.is(damage, null);
});

test("each line is JSON with a whole record, a running number and a checksum", async (t) => {
  const { bytes } = await killed(t);
  const lines = bytes
    .toString()
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  t.deepEqual(
    lines.map(({ n }) => n),
    [0, 1, 2, 3, 4, 5],
  );
  t.true(lines.every(({ crc }) => /^[0-9a-f]{8}$/.test(crc)));
  t.deepEqual(lines[3].record, attempts(1, 3));
});

test("cut off at any byte, it holds what came before, and takes the next", async (t) => {
  const { folder, path, bytes } = await killed(t);
  const ends = [...bytes.entries()].flatMap(([at, byte]) => (byte === 10 ? [at + 1] : []));
  const known = [{ [one]: 1 }, { [one]: 2 }, { [one]: 2 }, { [one]: 3 }, { [one]: 3 }];
  // Where a line ends, and about there, matters most; in between a byte here and there is enough.
  const cuts = [...bytes.keys()].filter(
    (at) => at % 37 === 0 || ends.some((end) => Math.abs(end - at) < 3),
  );
  for (const cut of cuts) {
    await writeFile(path, bytes.subarray(0, cut));
    const whole = ends.filter((end) => end <= cut).length;
    const { records, damage } = await afresh(t, folder);
    t.like(triesOf(records), known[Math.max(0, whole - 1)] ?? {}, `cut at ${cut}`);
    t.is(damage, null);
  }
  const { store } = await afresh(t, folder);
  await store.commit(attempts(9, 9));
  t.is((await afresh(t, folder)).damage, null);
});

test("no flipped bit of it is ever taken for what was written", async (t) => {
  const { folder, path, bytes } = await killed(t);
  const possible = new Set([undefined, 1, 2, 3]);
  for (let at = 0; at < bytes.length; at += 41) {
    const flipped = Buffer.from(bytes);
    flipped[at] = (flipped[at] ?? 0) ^ (1 << (at % 8));
    await writeFile(path, flipped);
    const { records, damage } = await afresh(t, folder);
    t.regex(damage ?? "", /was damaged/, `flipped at ${at}`);
    for (const record of records) {
      t.true(possible.has(record.attempts));
      t.deepEqual(record, {
        ...attempts(0, 0),
        ...seededRecord(numberOf(record.id)),
        attempts: record.attempts,
      });
    }
    // Found once, and never again.
    t.is((await afresh(t, folder)).damage, null);
    await rm(join(folder, "corrupt"), { recursive: true });
    await seedStore(folder, [attempts(1, 1)]);
  }
});

const numberOf = (id: string): number =>
  [1, 2, 3].find((number) => seededRecord(number).id === id) ?? Number.NaN;

test("a damaged line is set aside and told of, and what can be read is used", async (t) => {
  const { folder, path, bytes } = await killed(t);
  await writeFile(path, bytes.toString().replace('"attempts":2', '"attempts":7'));
  const { records, damage } = await afresh(t, folder);
  t.deepEqual(triesOf(records), { [one]: 3, [three]: 1 });
  t.regex(damage ?? "", /journal\.jsonl was damaged \(line 2 isn't what was written\)/);
  const [aside = ""] = await readdir(join(folder, "corrupt"));
  t.true((await readFile(join(folder, "corrupt", aside), "utf8")).includes('"attempts":7'));
});

test("lines that are missing are told of", async (t) => {
  const { folder, path, bytes } = await killed(t);
  const lines = bytes.toString().split("\n");
  await writeFile(path, lines.toSpliced(2, 1).join("\n"));
  t.regex((await afresh(t, folder)).damage ?? "", /lines before line 3 are missing/);
});

test("a snapshot that isn't as autod left it is refused", async (t) => {
  const { folder } = await killed(t);
  const path = join(folder, "documents.json");
  await writeFile(path, (await readFile(path, "utf8")).replace("Stadtwerke", "Stadtwerkf"));
  const error = await t.throwsAsync(openStore(folder), { code: "STORE_DAMAGED" });
  t.regex(error?.message ?? "", /isn't as autod left it/);
  await rm(path);
  await t.throwsAsync(openStore(folder), { code: "STORE_DAMAGED", message: /is missing/ });
});

test("a store that was closed is whole in its snapshot", async (t) => {
  const { folder } = await killed(t);
  const { store, records } = await afresh(t, folder);
  await store[Symbol.asyncDispose]();
  await store[Symbol.asyncDispose]();
  const { documents } = JSON.parse(await readFile(join(folder, "documents.json"), "utf8"));
  t.deepEqual(Object.values(documents), records);
  t.deepEqual((await afresh(t, folder)).records, records);
});

test("a store of which nothing was changed is left as it is", async (t) => {
  const { folder, bytes, path } = await killed(t);
  await (await openedStore(t, folder))[Symbol.asyncDispose]();
  const closed = await readFile(path);
  t.notDeepEqual(closed, bytes);
  await (await openedStore(t, folder))[Symbol.asyncDispose]();
  t.deepEqual(await readFile(path), closed);
});

test("a long journal becomes a part of the snapshot while commits go on", async (t) => {
  const folder = await emptyFolder(t);
  const compacted: number[] = [];
  const store = await openedStore(t, folder, { onCompacted: (records) => compacted.push(records) });
  const expected: Record<string, number> = {};
  for (let round = 0; round < 40; round += 1) {
    await Promise.all(
      Array.from({ length: 25 }, async (_, number) => {
        const record = attempts(number, round);
        expected[record.id] = round;
        await store.commit(record);
      }),
    );
    if (round % 10 === 0) t.deepEqual(triesOf(await readRecords(folder)), expected);
  }
  await store[Symbol.asyncDispose]();
  t.true(compacted.length > 0);
  t.deepEqual(triesOf((await afresh(t, folder)).records), expected);
});

test.serial("after a sync that failed, what follows is written to another file", async (t) => {
  const { folder, path } = await killed(t);
  const store = await openedStore(t, folder);
  await store.commit(attempts(1, 4));
  await using some = await open(path);
  const handle = Object.getPrototypeOf(some);
  const { datasync } = handle;
  handle.datasync = () => Promise.reject(errno("EIO", "fdatasync"));
  t.teardown(() => Object.assign(handle, { datasync }));
  const { ino } = await some.stat();
  await t.throwsAsync(store.commit(attempts(1, 5)), { code: "EIO" });
  handle.datasync = datasync;
  t.is(store.find(seededRecord(1).sha256)?.attempts, 4);
  await store.commit(attempts(3, 6));
  await using other = await open(path);
  t.not((await other.stat()).ino, ino);
  t.deepEqual(triesOf((await afresh(t, folder)).records), { [one]: 4, [three]: 6 });
});

test("a journal that somebody deletes under a running store is there again with the next commit", async (t) => {
  const { folder, path } = await killed(t);
  const store = await openedStore(t, folder);
  await store.commit(attempts(1, 4));
  await rm(path);
  await store.commit(attempts(3, 5));
  t.deepEqual(triesOf((await afresh(t, folder)).records), { [one]: 4, [three]: 5 });
});

test("a snapshot that was written and not yet named is one that never was", async (t) => {
  const { folder } = await killed(t);
  await writeFile(join(folder, "documents.json.new"), "half of it");
  const { store } = await afresh(t, folder);
  await store[Symbol.asyncDispose]();
  t.false((await readdir(folder)).includes("documents.json.new"));
});

test("an older store is migrated after a backup, and a newer one is refused", async (t) => {
  const folder = await emptyFolder(t);
  const { folder: name, ...old } = seededRecord(1);
  const before = { version: 0, documents: { [old.sha256]: { ...old, room: name } } };
  await writeFile(join(folder, "documents.json"), JSON.stringify(before));
  const ways = {
    0: ({ documents }: Readonly<Record<string, unknown>>) => ({
      documents: Object.fromEntries(
        Object.entries(documents as object).map(([key, { room, ...rest }]) => [
          key,
          { ...rest, folder: room },
        ]),
      ),
    }),
  };
  const store = await openedStore(t, folder, { ways });
  t.deepEqual([...store.all()], [{ ...old, folder: name } as never]);
  const [backup = ""] = await readdir(join(folder, "backups"));
  t.regex(backup, /-version-0\.json$/);
  t.deepEqual(JSON.parse(await readFile(join(folder, "backups", backup), "utf8")), before);
  t.deepEqual((await afresh(t, folder)).records, [...store.all()]);

  const path = join(folder, "journal.jsonl");
  const { lineOf } = await import("../../src/store/line.ts");
  const newer = { version: 2, upTo: 0, bytes: 0, crc: "00000000" };
  await truncate(path);
  await writeFile(path, lineOf(0, { snapshot: newer }));
  await t.throwsAsync(openStore(folder), { code: "STORE_NEWER" });
});
