import { mkdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import test from "ava";
import { put } from "../../src/filing/quarantine.ts";
import { releaseDocument } from "../../src/intake/release.ts";
import type { DocumentRecord } from "../../src/store/record.ts";
import { openStore } from "../../src/store/store.ts";
import { openedStore } from "../helpers/opened-store.ts";
import { hash } from "../filing/rooms.ts";
import { filesBelow, type Home, makeHome } from "../helpers/home.ts";
import { homeAt, runOnce } from "../helpers/run-once.ts";
import { rootsOf } from "../helpers/roots.ts";
import { openSandbox } from "../helpers/sandbox.ts";
import { seededRecord, seededWork, seedStore } from "../helpers/seeded-store.ts";
import { failed, waitingRecord } from "./waiting.ts";

const bytes = "%PDF-1.4 whatever";

/** A home with a document in quarantine that was saved as `saved` below the inbox. */
async function quarantinedAt(saved: string, folder: Readonly<Record<string, unknown>> = {}) {
  const home = await makeHome({}, folder);
  const sha256 = hash(bytes);
  const id = sha256.slice(0, 12);
  const path = join(home.inbox, saved);
  const name = basename(saved);
  await writeFile(join(home.folder, name), bytes);
  const reason = {
    ...failed("ANSWER_INVALID"),
    attempts: 1,
    costUsd: "0.00075704",
    possibleUsd: "0",
    at: "2026-01-01T00:00:00.000Z",
    source: path,
  };
  const from = join(home.folder, name);
  const filedAs = await put({ from, root: home.quarantine, name, id, sha256, reason });
  const record = seededRecord(1, {
    id,
    sha256,
    status: "quarantined",
    bytes: bytes.length,
    extraction: null,
    source: { path, name, arrivedAt: "2026-01-01T00:00:00.000Z" },
    filedAs,
    error: failed("ANSWER_INVALID"),
  });
  await seedStore(join(home.folder, "data"), [record]);
  const store = await openStore(join(home.folder, "data"));
  const close = async () => {
    await store[Symbol.asyncDispose]();
    await home[Symbol.asyncDispose]();
  };
  return { home, record, filedAs, path, store, [Symbol.asyncDispose]: close };
}

/** That a document is back in the inbox at `path`, in its record too, and out of quarantine. */
async function isBack(
  t: {
    readonly deepEqual: (a: unknown, b: unknown) => boolean;
    is: (a: unknown, b: unknown) => boolean;
  },
  home: Home,
  before: DocumentRecord,
  path: string,
) {
  const [record] = await home.records();
  const { ino, size, mtimeMs } = await stat(path);
  const { since = "" } = record?.waiting ?? {};
  t.deepEqual(record?.waiting, {
    reason: "retry",
    retryAt: since,
    since,
    parked: { path, ino, size, mtimeMs },
  });
  t.is(record?.status, "waiting");
  t.is(record?.filedAs, null);
  t.deepEqual(record?.error, before.error);
  t.deepEqual(
    record?.history.map(({ by, from, to }) => ({ by, from, to })),
    [{ by: "retry", from: before.filedAs, to: path }],
  );
  t.is(await readFile(path, "utf8"), bytes);
  t.deepEqual(await home.filed(), []);
}

for (const saved of ["scan0001.pdf", "from/the scanner/scan0001.pdf"]) {
  test(`a quarantined ${saved} goes back to where it was saved, and its reason goes`, async (t) => {
    await using at = await quarantinedAt(saved);
    const { home, record, path, store } = at;
    t.deepEqual(await releaseDocument(record, rootsOf(home), store), {
      id: record.id,
      verdict: "released",
      path,
      message: `is back in the inbox as ${path}`,
    });
    await isBack(t, home, record, path);
  });
}

test("it goes back beside what was saved there meanwhile, never over it", async (t) => {
  await using at = await quarantinedAt("scan0001.pdf");
  const { home, record, path, store } = at;
  await home.drop("scan0001.pdf", "another");
  const beside = join(home.inbox, "scan0001 (2).pdf");
  t.like(await releaseDocument(record, rootsOf(home), store), { path: beside });
  t.is(await readFile(path, "utf8"), "another");
  await isBack(t, home, record, beside);
});

test("it goes into the inbox itself where its old place would not be taken from", async (t) => {
  await using at = await quarantinedAt("below/scan0001.pdf", { recursive: false });
  const { home, record, store } = at;
  await releaseDocument(record, rootsOf(home), store);
  await isBack(t, home, record, join(home.inbox, "scan0001.pdf"));
});

test("what was saved outside the inbox goes into the inbox", async (t) => {
  await using at = await quarantinedAt("scan0001.pdf");
  const { home, record, store } = at;
  const source = { ...record.source, path: join(home.folder, "Elsewhere", "scan0001.pdf") };
  const moved = await store.update(record.sha256, { source });
  await releaseDocument(moved, rootsOf(home), store);
  await isBack(t, home, record, join(home.inbox, "scan0001.pdf"));
});

test("that it leaves is durable before it moves, and it goes on from there", async (t) => {
  await using at = await quarantinedAt("scan0001.pdf");
  const { home, record, filedAs, path, store } = at;
  const killed = { find: store.find, update: () => Promise.reject(new Error("killed")) };
  await t.throwsAsync(releaseDocument(record, rootsOf(home), killed), { message: "killed" });
  t.is(await readFile(filedAs, "utf8"), bytes, "nothing moves before");
  t.deepEqual(await home.left(), []);

  let updates = 0;
  const killedLater: typeof killed = {
    find: store.find,
    update: (async (...change: Parameters<typeof store.update>) => {
      updates += 1;
      if (updates > 1) throw new Error("killed");
      return store.update(...change);
    }) as never,
  };
  await t.throwsAsync(releaseDocument(record, rootsOf(home), killedLater));
  const [between] = await home.records();
  t.like(between, { status: "waiting", filedAs });
  t.like(between?.waiting, { reason: "retry", parked: null });
  t.is(await readFile(path, "utf8"), bytes);

  const afresh = await openedStore(t, join(home.folder, "data"));
  const again = afresh.find(record.sha256) ?? record;
  t.like(await releaseDocument(again, rootsOf(home), afresh), { verdict: "released", path });
  await isBack(t, home, record, path);
});

for (const [when, isMoved] of [
  ["before it moved", false],
  ["when it had moved but its reason stood still", true],
] as const) {
  test(`killed ${when}, it goes on where it was`, async (t) => {
    await using at = await quarantinedAt("scan0001.pdf");
    const { home, record, filedAs, path, store } = at;
    const since = "2026-01-01T00:00:00.000Z";
    const waiting = { reason: "retry", retryAt: since, since, parked: null } as const;
    const between = await store.update(record.sha256, { status: "waiting", waiting });
    if (isMoved) await rename(filedAs, path);
    t.like(await releaseDocument(between, rootsOf(home), store), { path });
    await isBack(t, home, record, path);
  });
}

test("a second call finds it waiting in the inbox, and leaves it there", async (t) => {
  await using at = await quarantinedAt("scan0001.pdf");
  const { home, record, path, store } = at;
  await releaseDocument(record, rootsOf(home), store);
  const again = store.find(record.sha256) ?? record;
  t.like(await releaseDocument(again, rootsOf(home), store), { verdict: "released", path });
  await isBack(t, home, record, path);
});

test("what is gone from quarantine is said to be, and nothing changes", async (t) => {
  await using at = await quarantinedAt("scan0001.pdf");
  const { home, record, filedAs, store } = at;
  await rm(filedAs);
  const told = await releaseDocument(record, rootsOf(home), store);
  t.like(told, { verdict: "refused", path: null });
  t.regex(told.message, /is gone from .*scan0001\.pdf/);
  t.deepEqual(await home.records(), [record]);
  t.deepEqual(await home.filed(), ["Quarantine/scan0001.pdf.reason.json"]);
});

test("other bytes under its name are a new document, and the record stays", async (t) => {
  await using at = await quarantinedAt("scan0001.pdf");
  const { home, record, filedAs, path, store } = at;
  await writeFile(filedAs, "a better scan");
  const told = await releaseDocument(record, rootsOf(home), store);
  t.like(told, { verdict: "replaced", path });
  t.regex(told.message, /other bytes stood in its place/);
  t.is(await readFile(path, "utf8"), "a better scan");
  t.deepEqual(await home.records(), [record]);
  t.deepEqual(await home.filed(), []);
});

test("another document that is known under its name is left to its own record", async (t) => {
  await using at = await quarantinedAt("scan0001.pdf");
  const { home, record, filedAs, store } = at;
  await writeFile(filedAs, "known too");
  const sha256 = hash("known too");
  await store.commit(seededRecord(2, { id: sha256.slice(0, 12), sha256 }));
  const told = await releaseDocument(record, rootsOf(home), store);
  t.is(told.verdict, "refused");
  t.regex(told.message, new RegExp(`document ${sha256.slice(0, 12)}$`));
  t.is(await readFile(filedAs, "utf8"), "known too");
});

for (const place of ["inbox", "quarantine"] as const) {
  test(`while its ${place} is away nothing is made or changed`, async (t) => {
    await using at = await quarantinedAt("scan0001.pdf");
    const { home, record, store } = at;
    await rename(home[place], `${home[place]}.away`);
    const told = await releaseDocument(record, rootsOf(home), store);
    t.is(told.message, `${home[place]} doesn't exist`);
    t.deepEqual(await home.records(), [record]);
    await t.throwsAsync(stat(home[place]), { code: "ENOENT" });
  });
}

test("a document whose folder is no longer configured stays where it is", async (t) => {
  await using at = await quarantinedAt("scan0001.pdf");
  const { home, record, store } = at;
  const told = await releaseDocument({ ...record, folder: "old" }, rootsOf(home), store);
  t.is(told.message, "its folder old is no longer in the configuration");
  t.deepEqual(await home.records(), [record]);
});

test("something in quarantine that is no file is left to its owner", async (t) => {
  await using at = await quarantinedAt("scan0001.pdf");
  const { home, record, filedAs, store } = at;
  await rm(filedAs);
  await mkdir(filedAs);
  const told = await releaseDocument(record, rootsOf(home), store);
  t.is(told.verdict, "refused");
  t.deepEqual(await home.records(), [record]);
});

/** A home with a document that waits at a place below it. */
async function waitingAt(place: string, change: (path: string) => Partial<DocumentRecord>) {
  const home = await makeHome();
  const path = join(home.folder, place);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, bytes);
  const sha256 = hash(bytes);
  const own = { sha256, id: sha256.slice(0, 12), bytes: bytes.length, ...change(path) };
  const record = waitingRecord(1, "KEY_REJECTED", {}, own);
  await seedStore(join(home.folder, "data"), [record]);
  const store = await openStore(join(home.folder, "data"));
  return { home, record, path, store, [Symbol.asyncDispose]: home[Symbol.asyncDispose] };
}

const since = "2026-01-01T12:01:00.000Z";
const parkedAt = (path: string) => ({
  waiting: {
    reason: "account",
    retryAt: null,
    since,
    parked: { path, ino: 1, size: bytes.length, mtimeMs: 1 },
  } as const,
});

for (const status of ["waiting", "undone"] as const) {
  test(`one that is ${status} in the inbox is taken up now`, async (t) => {
    await using at = await waitingAt("Inbox/scan0001.pdf", (path) => ({
      ...parkedAt(path),
      status,
    }));
    const { home, record, path, store } = at;
    const before = Date.now();
    t.like(await releaseDocument(record, rootsOf(home), store), {
      verdict: "released",
      path,
    });
    const [now] = await home.records();
    t.is(now?.status, "waiting");
    t.like(now?.waiting, { reason: "retry", parked: record.waiting?.parked });
    t.true(Date.parse(now?.waiting?.retryAt ?? "") >= before);
    t.deepEqual(now?.error, record.error);
  });
}

test("one that waits in staging stays there, with the work that is open", async (t) => {
  await using at = await waitingAt("Inbox/.autod/staging/a/b/scan0001.pdf", (staged) => ({
    work: seededWork(staged, "answered"),
  }));
  const { home, record, path, store } = at;
  t.like(await releaseDocument(record, rootsOf(home), store), { path });
  const [now] = await home.records();
  t.like(now?.waiting, { reason: "retry", parked: null });
  t.deepEqual(now?.work, record.work);
});

test("one whose file is gone from where it waits stays as it is", async (t) => {
  await using at = await waitingAt("Inbox/scan0001.pdf", parkedAt);
  const { home, record, path, store } = at;
  await rm(path);
  const told = await releaseDocument(record, rootsOf(home), store);
  t.is(told.verdict, "refused");
  t.true(told.message.includes(path));
  t.deepEqual(await home.records(), [record]);
});

for (const [status, said] of [
  ["archived", /was read, and stands at/],
  ["review", /was read, and stands at/],
  ["processing", /is in work/],
] as const) {
  test(`one that is ${status} is refused`, async (t) => {
    await using home = await makeHome();
    const record = seededRecord(1, { status });
    await seedStore(join(home.folder, "data"), [record]);
    const store = await openedStore(t, join(home.folder, "data"));
    const told = await releaseDocument(record, rootsOf(home), store);
    t.is(told.verdict, "refused");
    t.regex(told.message, said);
    t.deepEqual(await home.records(), [record]);
    t.deepEqual(await filesBelow(home.folder, "Inbox"), []);
  });
}

/** A home with a document that a run quarantined, and that has cost something. */
async function rejectedByRun() {
  const sandbox = await openSandbox();
  const home = await homeAt(sandbox);
  await home.drop("scan0001.pdf", "no PDF at all");
  await runOnce(home, sandbox);
  const store = await openStore(join(home.folder, "data"));
  const [rejected] = await home.records();
  const { calls, costUsd } = seededRecord(1);
  const record = await store.update(rejected?.sha256 ?? "", { calls, costUsd });
  return {
    home,
    sandbox,
    store,
    record,
    async [Symbol.asyncDispose]() {
      await home[Symbol.asyncDispose]();
      await sandbox[Symbol.asyncDispose]();
    },
  };
}

test("what was released is taken up by the next run, though it has cost something", async (t) => {
  await using rejected = await rejectedByRun();
  const { home, sandbox, store, record } = rejected;
  await releaseDocument(record, rootsOf(home), store);
  t.like(await runOnce(home, sandbox), { quarantined: 1, duplicate: 0 });
  const [again] = await home.records();
  t.like(again, { status: "quarantined", attempts: 2, calls: record.calls });
  t.deepEqual(
    again?.history.map(({ by }) => by),
    ["retry"],
  );
});

test("a run that comes before it was recorded where it went takes it up too", async (t) => {
  await using rejected = await rejectedByRun();
  const { home, sandbox, store, record } = rejected;
  const at = "2026-01-01T00:00:00.000Z";
  const waiting = { reason: "retry", retryAt: at, since: at, parked: null } as const;
  await store.update(record.sha256, { status: "waiting", waiting });
  await rename(record.filedAs ?? "", record.source.path);
  t.like(await runOnce(home, sandbox), { quarantined: 1, duplicate: 0 });
  t.like((await home.records())[0], { status: "quarantined", attempts: 2 });
});
