import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import test from "ava";
import type { Piece } from "../../src/store/pieces.ts";
import type { DocumentRecord } from "../../src/store/record.ts";
import { checkRecords, takeIn } from "../../src/store/transfer.ts";
import { emptyFolder } from "../helpers/folder.ts";
import { seededRecord, seededWork, seedStore } from "../helpers/seeded-store.ts";
import { openedStore } from "../helpers/opened-store.ts";

async function* placed(values: readonly unknown[]): AsyncGenerator<Piece> {
  for (const [at, value] of values.entries()) yield { place: `file:${at + 1}`, value };
}

const checked = (...values: readonly unknown[]) => checkRecords(placed(values));

const told = async (...values: readonly unknown[]): Promise<string[]> => {
  const error = await checked(...values).then(
    () => null,
    (thrown: unknown) => thrown,
  );
  return error instanceof Error ? error.message.split("\n") : [];
};

const sound = async (...records: readonly DocumentRecord[]) => await checked(...records);
const seqs = (records: Iterable<DocumentRecord>) =>
  [...records].map(({ calls }) => calls.map(({ seq }) => seq));

test("every fault is told with its place, and nothing is sound then", async (t) => {
  const record = seededRecord(1);
  const { pages: _, ...lacking } = record;
  t.deepEqual(await told(record, { ...record, costUsd: 1 }, lacking, [record]), [
    "3 records are wrong, so nothing is imported",
    "file:2: costUsd: Invalid input: expected string, received number",
    "file:3: pages: Invalid input: expected number, received undefined",
    "file:4: Invalid input: expected object, received array",
  ]);
});

test("of very many faults the first are told, and how many there are", async (t) => {
  const lines = await told(...Array.from({ length: 1_000 }, () => ({})));
  t.is(lines[0], "1000 records are wrong, so nothing is imported");
  t.is(lines.length, 21);
});

test("an id that isn't the beginning of its hash is a fault, for names of files are made of it", async (t) => {
  const record = seededRecord(1);
  const fault = "file:1: id: is not how its sha256 begins";
  for (const id of ["../../../etc", record.id.slice(0, 5), ""]) {
    t.deepEqual((await told({ ...record, id })).slice(1), [fault]);
  }
});

test("what no file can be called is a fault, for it would be given to the system one day", async (t) => {
  const record = seededRecord(1);
  for (const name of ["../../x.pdf", "a/b.pdf", "..", "", "a\0.pdf"]) {
    const [, fault] = await told({ ...record, source: { ...record.source, name } });
    t.is(fault, "file:1: source.name: is no name of a file");
  }
  const source = { ...record.source, path: "/Inbox/a\0.pdf" };
  const path = "file:1: source.path: is no path";
  t.deepEqual((await told({ ...record, source })).slice(1), [path]);
  const filedAs = "file:1: filedAs: is no path";
  t.deepEqual((await told({ ...record, filedAs: "/Archive/a\0.pdf" })).slice(1), [filedAs]);
});

test("fields of a newer version are left out and named, and those of every object do no harm", async (t) => {
  const record = seededRecord(1);
  const odd = JSON.parse(
    `{"__proto__": {"polluted": 1}, "mood": "good", ${JSON.stringify(record).slice(1)}`,
  ) as unknown;
  const { records, unknownFields } = await checked(odd);
  t.deepEqual(records, [record]);
  t.true(unknownFields.includes("mood"));
  t.is(({} as { polluted?: number }).polluted, undefined);
});

test("records are equal afterwards but for the numbers of their calls, and durable", async (t) => {
  const folder = await emptyFolder(t);
  const records = [3, 1, 2].map((number) => seededRecord(number));
  const store = await openedStore(t, folder);
  const transfer = await takeIn(store, await sound(...records));
  t.deepEqual(transfer, {
    added: records.map(({ id }) => id),
    known: 0,
    open: [],
    unknownFields: [],
  });
  const [third, first, second] = [...(await openedStore(t, folder)).all()];
  // In the order in which they were made.
  t.deepEqual(seqs([first, second, third].filter((one) => one !== undefined)), [[1], [2], [3]]);
  const numbered = records.map((record, at) => ({
    ...record,
    calls: record.calls.map((call) => ({ ...call, seq: [3, 1, 2][at] })),
  }));
  t.deepEqual([third, first, second], numbered as DocumentRecord[]);
});

test("no running number is given twice, so that every call is counted", async (t) => {
  const folder = await emptyFolder(t);
  await seedStore(folder, [seededRecord(1)]);
  const store = await openedStore(t, folder);
  const before = [...store.calls()].length;
  await takeIn(
    store,
    await sound(
      seededRecord(2, { calls: seededRecord(7).calls.map((call) => ({ ...call, seq: 2 })) }),
    ),
  );
  const numbers = [...store.calls()].map(({ seq }) => seq);
  t.is(numbers.length, before + 1);
  t.is(new Set(numbers).size, numbers.length);
});

test("what is known stays as it is, also where it stands twice in what is taken in", async (t) => {
  const folder = await emptyFolder(t);
  await seedStore(folder, [seededRecord(1)]);
  const store = await openedStore(t, folder);
  const other = seededRecord(1, { folder: "other" });
  const { added, known } = await takeIn(
    store,
    await sound(other, seededRecord(2), seededRecord(2)),
  );
  t.deepEqual([added.length, known], [1, 2]);
  t.deepEqual(store.find(other.sha256), seededRecord(1));
});

test("what comes back after it was forgotten is counted once", async (t) => {
  const folder = await emptyFolder(t);
  const record = seededRecord(1);
  await seedStore(folder, [record]);
  const store = await openedStore(t, folder);
  await store.remove(record.sha256);
  await takeIn(store, await sound(record));
  t.is([...store.calls()].length, 1);
  t.is([...(await openedStore(t, folder)).calls()].length, 1);
});

test("an id that another document has becomes longer", async (t) => {
  const folder = await emptyFolder(t);
  const [here, there] = [seededRecord(1), seededRecord(2)];
  const sha256 = here.sha256.slice(0, 12) + there.sha256.slice(12);
  await seedStore(folder, [here]);
  const store = await openedStore(t, folder);
  const { added } = await takeIn(store, await sound({ ...there, sha256, id: here.id }));
  t.deepEqual(added, [sha256.slice(0, 13)]);
  t.is(store.find(sha256)?.id, added[0]);
});

test("what is under way elsewhere is left to the autod that is at it", async (t) => {
  const folder = await emptyFolder(t);
  const work = seededWork("/staged", "ask", { reservedUsd: "1" });
  const since = "2026-01-01T00:00:00.000Z";
  const waiting = { reason: "retry", retryAt: null, since, parked: null } as const;
  const open = [
    seededRecord(1, { status: "processing", filedAs: null, work }),
    seededRecord(2, { status: "waiting", filedAs: null, waiting, work }),
    seededRecord(3, { status: "waiting", waiting }),
    seededRecord(4, { status: "undone", waiting }),
  ];
  const ended = seededRecord(5, { status: "waiting", filedAs: null, waiting });
  const filed = seededRecord(6, { work: seededWork("", "delete", { stored: ["resp_6"] }) });
  const store = await openedStore(t, folder);
  const transfer = await takeIn(store, await sound(...open, ended, filed));
  t.deepEqual(
    transfer.open,
    open.map(({ id }) => id),
  );
  t.deepEqual(transfer.added, [ended.id, filed.id]);
});

test("where it can't be stored, nothing of it is there", async (t) => {
  const folder = await emptyFolder(t);
  await seedStore(folder, [seededRecord(1)]);
  const store = await openedStore(t, folder);
  const before = await readFile(join(folder, "documents.json"), "utf8");
  // In the way of what is written beside the store.
  await mkdir(join(folder, "journal.jsonl.new/full"), { recursive: true });
  await t.throwsAsync(takeIn(store, await sound(seededRecord(2), seededRecord(3))));
  t.deepEqual([...store.all()], [seededRecord(1)]);
  t.is(await readFile(join(folder, "documents.json"), "utf8"), before);
});
