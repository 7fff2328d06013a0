import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import test from "ava";
import { dir } from "tmp-promise";
import { releaseDocument } from "../../src/intake/release.ts";
import { foreseeUndo, undoDocument } from "../../src/intake/undo.ts";
import type { DocumentRecord } from "../../src/store/record.ts";
import { openStore, type Store } from "../../src/store/store.ts";
import { otherDisk } from "../filing/rooms.ts";
import { sha256 } from "../helpers/expect-filed.ts";
import { filesBelow, makeHome } from "../helpers/home.ts";
import { invoice } from "../helpers/pdf.ts";
import { homeAt, runOnce } from "../helpers/run-once.ts";
import { seededRecord } from "../helpers/seeded-store.ts";
import { rootsOf } from "../helpers/roots.ts";
import { openSandbox } from "../helpers/sandbox.ts";
import { sent } from "../helpers/sent.ts";
import { watching } from "../helpers/watching.ts";

/** A home whose one document was filed from `saved` below the inbox. */
async function filedFrom(saved: string, folder: Readonly<Record<string, unknown>> = {}) {
  const sandbox = await openSandbox();
  const home = await homeAt(sandbox, {}, folder);
  const bytes = await invoice("RE-42");
  const path = await home.drop(saved, bytes);
  await runOnce(home, sandbox);
  const [record] = await home.records();
  const filedAs = record?.filedAs ?? "";
  const roots = rootsOf(home);
  const asked = sent(sandbox).length;
  const open = new AsyncDisposableStack();
  const opened = async () => open.use(await openStore(join(home.folder, "data")));
  const now = async (): Promise<DocumentRecord> => (await home.records())[0]!;
  return {
    sandbox,
    home,
    bytes,
    path,
    filedAs,
    roots,
    opened,
    now,
    undo: async () => undoDocument(await now(), roots, await opened()),
    retry: async () => releaseDocument(await now(), roots, await opened()),
    /** Whether anything was asked for since the document was filed. */
    hasAsked: () => sent(sandbox).length > asked,
    async [Symbol.asyncDispose]() {
      await open.disposeAsync();
      await home[Symbol.asyncDispose]();
      await sandbox[Symbol.asyncDispose]();
    },
  };
}

type Filed = Awaited<ReturnType<typeof filedFrom>>;
interface Assertions {
  readonly is: (a: unknown, b: unknown) => boolean;
  readonly like: (a: any, b: any) => boolean;
  readonly deepEqual: (a: unknown, b: unknown) => boolean;
  readonly false: (a: boolean) => boolean;
}

/** That a document lies undone at `path`, once, in its record too, and that nothing was asked for it. */
async function isUndone(t: Assertions, at: Filed, path = at.path) {
  const { home, bytes, filedAs } = at;
  const record = await at.now();
  const { ino, size, mtimeMs } = await stat(path);
  t.like(record, { status: "undone", filedAs: null, work: null });
  t.is(record.extraction?.issuer, "Nordlicht Energie GmbH");
  const since = record.waiting?.since;
  const parked = { path, ino, size, mtimeMs };
  t.deepEqual(record.waiting, { reason: "retry", retryAt: null, since, parked });
  t.deepEqual(
    record.history.map(({ by, from, to }) => [by, from, to]),
    [
      ["file", at.path, filedAs],
      ["undo", filedAs, path],
    ],
  );
  t.is(sha256(await readFile(path)), sha256(bytes));
  t.deepEqual(await home.filed(), []);
  t.false(at.hasAsked());
}

/** That a retry and a run file it again under its name, and ask nothing. */
async function isFiledAgain(t: Assertions, at: Filed) {
  t.like(await at.retry(), { verdict: "released" });
  t.like(await runOnce(at.home, at.sandbox), { archived: 1, duplicate: 0, waiting: 0 });
  t.like(await at.now(), { status: "archived", filedAs: at.filedAs, waiting: null });
  t.deepEqual(
    (await at.now()).history.map(({ by }) => by),
    ["file", "undo", "file"],
  );
  t.deepEqual(await at.home.left(), []);
  t.is((await at.home.filed()).length, 1);
  t.false(at.hasAsked());
}

for (const saved of ["scan0001.pdf", "from/the scanner/scan0001.pdf"]) {
  test(`an archived ${saved} goes back to where it was saved, and a retry files it again without a call`, async (t) => {
    await using at = await filedFrom(saved);
    await rm(join(at.home.inbox, "from"), { recursive: true, force: true });
    t.deepEqual(await at.undo(), {
      id: (await at.now()).id,
      undoes: "file",
      verdict: "undone",
      from: at.filedAs,
      path: at.path,
      message: `is back in the inbox as ${at.path}`,
    });
    await isUndone(t, at);
    t.deepEqual(await readdir(at.home.archive), [], "the folders that it left empty are gone");
    await isFiledAgain(t, at);
  });
}

test("a folder of the archive that holds something else stays", async (t) => {
  await using at = await filedFrom("scan0001.pdf");
  const note = join(dirname(at.filedAs), "note.txt");
  await writeFile(note, "mine");
  await at.undo();
  t.is(await readFile(note, "utf8"), "mine");
});

if (otherDisk !== undefined) {
  test("it goes back from another file system", async (t) => {
    const { path, cleanup } = await dir({ unsafeCleanup: true, tmpdir: otherDisk! });
    t.teardown(cleanup);
    await using at = await filedFrom("scan0001.pdf", { archive: path });
    t.true(at.filedAs.startsWith(path));
    await at.undo();
    await isUndone(t, at);
    t.deepEqual(await readdir(path), []);
  });
}

test("it goes back beside what was saved there meanwhile, never over it", async (t) => {
  await using at = await filedFrom("scan0001.pdf");
  await at.home.drop("scan0001.pdf", "another");
  const planned = await foreseeUndo(await at.now(), at.roots);
  t.regex(planned.message, /would go back .*scan0001\.pdf, with a number, for the name is taken$/);
  await at.undo();
  t.is(await readFile(at.path, "utf8"), "another");
  await isUndone(t, at, join(at.home.inbox, "scan0001 (2).pdf"));
});

test("what would be done is said, and nothing is done", async (t) => {
  await using at = await filedFrom("scan0001.pdf");
  const before = await at.now();
  t.deepEqual(await foreseeUndo(before, at.roots), {
    id: before.id,
    undoes: "file",
    verdict: "planned",
    from: at.filedAs,
    path: at.path,
    message: `would go back to the inbox as ${at.path}`,
  });
  t.deepEqual(await at.now(), before);
  t.deepEqual(await at.home.left(), []);
});

const refuses = test.macro({
  exec: async (t, change: (at: Filed) => Promise<unknown>, said: RegExp) => {
    await using at = await filedFrom("scan0001.pdf");
    await change(at);
    const before = await at.now();
    const files = await filesBelow(at.home.folder, ".");
    for (const told of [await foreseeUndo(before, at.roots, "us"), await undoAs(at, "us")]) {
      t.like(told, { verdict: "refused", from: at.filedAs, path: null });
      t.regex(told.message, said);
    }
    t.deepEqual(await at.now(), before);
    t.deepEqual(await filesBelow(at.home.folder, "."), files);
  },
  title: (name = "") => `it stays where it is ${name}`,
});

const undoAs = async (at: Filed, instance: string) =>
  undoDocument(await at.now(), at.roots, await at.opened(), instance);

test(
  "where its file has changed",
  refuses,
  ({ filedAs }) => writeFile(filedAs, "more"),
  /its file has changed since it was filed as .*\.pdf$/,
);
test("where its file is gone", refuses, ({ filedAs }) => rm(filedAs), /its file is gone from /);
for (const root of ["inbox", "archive"] as const) {
  test(
    `while its ${root} is away`,
    refuses,
    ({ home }) => rename(home[root], `${home[root]}.away`),
    new RegExp(`/${root === "inbox" ? "Inbox" : "Archive"} doesn't exist$`),
  );
}
test(
  "where its folder is no longer in the configuration",
  refuses,
  async ({ home }) => {
    home.config.folders.length = 0;
  },
  /^its folder scans is no longer in the configuration$/,
);
test(
  "while another autod works in its inbox",
  refuses,
  ({ home }) => {
    const other = { instance: "them", host: "nas", refreshedAt: new Date().toISOString() };
    return writeFile(join(home.inbox, ".autod/folder.json"), JSON.stringify(other));
  },
  /^another autod, on nas, works in /,
);

for (const [status, said] of [
  ["processing", /in work/],
  ["waiting", /not filed yet/],
  ["quarantined", /stands in quarantine/],
] as const) {
  test(
    `where it is ${status}`,
    refuses,
    async (at) => (await at.opened()).update((await at.now()).sha256, { status }),
    said,
  );
}

test("one that was undone stays so, and says where it lies", async (t) => {
  await using at = await filedFrom("scan0001.pdf");
  await at.undo();
  t.like(await at.undo(), {
    verdict: "refused",
    message: `it was undone before, and lies at ${at.path}`,
  });
  await isUndone(t, at);
});

test("what was undone and is parked nowhere is said to lie where it came from", async (t) => {
  await using home = await makeHome();
  const record = seededRecord(1, { status: "undone", filedAs: null });
  const { message } = await foreseeUndo(record, rootsOf(home));
  t.is(message, `it was undone before, and lies at ${record.source.path}`);
});

/** A store that dies at its update of this number. */
function dyingAt(store: Store, number: number): Store {
  let updates = 0;
  return {
    ...store,
    update: (...change) => {
      updates += 1;
      return updates === number ? Promise.reject(new Error("killed")) : store.update(...change);
    },
  };
}

for (const [when, update] of [
  ["before it was told that it goes", 1],
  ["when it had moved, and nobody knew yet", 2],
] as const) {
  const cutOff = async (at: Filed) => {
    const store = dyingAt(await at.opened(), update);
    await undoDocument(await at.now(), at.roots, store).catch(() => undefined);
  };

  test(`killed ${when}, the next undo goes on`, async (t) => {
    await using at = await filedFrom("below/scan0001.pdf");
    await cutOff(at);
    t.like(await at.undo(), { verdict: "undone", from: at.filedAs, path: at.path });
    await isUndone(t, at);
  });

  if (update === 1) continue;

  test(`killed ${when}, the next start goes on, and leaves it alone`, async (t) => {
    await using at = await filedFrom("below/scan0001.pdf");
    await cutOff(at);
    t.like(await runOnce(at.home, at.sandbox), { archived: 0, duplicate: 0, waiting: 0 });
    await isUndone(t, at);
    await isFiledAgain(t, at);
  });

  test(`killed ${when}, a retry goes on, and it is filed again`, async (t) => {
    await using at = await filedFrom("below/scan0001.pdf");
    await cutOff(at);
    await isFiledAgain(t, at);
  });
}

for (const next of ["start", "retry"] as const) {
  test(`killed before it moved, the next ${next} goes on`, async (t) => {
    await using at = await filedFrom("scan0001.pdf");
    const waiting = { reason: "retry", retryAt: null, since: "2026-01-01T00:00:00.000Z" } as const;
    const { sha256: hash } = await at.now();
    await (
      await at.opened()
    ).update(hash, {
      status: "undone",
      waiting: { ...waiting, parked: null },
    });
    if (next === "start") {
      await runOnce(at.home, at.sandbox);
      await isUndone(t, at);
    }
    await isFiledAgain(t, at);
  });
}

test("half undone it waits for an inbox that is away, and nothing is lost", async (t) => {
  await using at = await filedFrom("scan0001.pdf");
  const { sha256: hash } = await at.now();
  const waiting = { reason: "retry", retryAt: null, since: "2026-01-01T00:00:00.000Z" } as const;
  await (
    await at.opened()
  ).update(hash, {
    status: "undone",
    waiting: { ...waiting, parked: null },
  });
  await rename(at.home.inbox, `${at.home.inbox}.away`);
  await runOnce(at.home, at.sandbox);
  t.like(await at.now(), { status: "undone", filedAs: at.filedAs });
  t.is(sha256(await readFile(at.filedAs)), sha256(at.bytes));
  t.like(await at.retry(), { verdict: "refused" });
  await rename(`${at.home.inbox}.away`, at.home.inbox);
  await runOnce(at.home, at.sandbox);
  await isUndone(t, at);
});

test("what was undone is left alone by starts and by events, even when it is touched", async (t) => {
  await using at = await filedFrom("scan0001.pdf");
  const { home, path } = at;
  await at.undo();
  await isUndone(t, at);
  {
    await using daemon = await watching(home, at.sandbox);
    await daemon.saw("folder.watching");
    await utimes(path, 1, 1);
    await home.drop("broken.pdf", "no PDF");
    await daemon.have("quarantined", 1);
    // Written anew, too: what is read in between is not taken for another document.
    await writeFile(path, at.bytes.subarray(0, 100));
    await writeFile(path, at.bytes);
    await home.drop("broken too.pdf", "no PDF either");
    await daemon.have("quarantined", 2);
  }
  t.like(await runOnce(home, at.sandbox), { waiting: 0, archived: 0, duplicate: 0 });
  const undone = (await home.records()).find(({ status }) => status === "undone");
  t.is(undone?.waiting?.parked?.path, path);
  t.is(sha256(await readFile(path)), sha256(at.bytes));
  t.false(at.hasAsked());
});

test("a copy that is saved beside what was undone is its duplicate", async (t) => {
  await using at = await filedFrom("scan0001.pdf");
  await at.undo();
  const copy = await at.home.drop("copy.pdf", at.bytes);
  t.like(await runOnce(at.home, at.sandbox), { duplicate: 1, archived: 0 });
  t.like((await at.now()).duplicates, [{ path: copy }]);
  t.is((await at.now()).status, "undone");
  t.deepEqual(await at.home.left(), ["Inbox/scan0001.pdf"]);
  t.false(at.hasAsked());
});

test("what was undone is filed again from where it was moved to by hand, without a call", async (t) => {
  await using at = await filedFrom("scan0001.pdf");
  await at.undo();
  await rename(at.path, join(at.home.inbox, "renamed.pdf"));
  t.like(await runOnce(at.home, at.sandbox), { archived: 1 });
  t.like(await at.now(), { status: "archived", filedAs: at.filedAs });
  t.is((await at.now()).source.name, "renamed.pdf");
  t.false(at.hasAsked());
});

test("what was filed again from elsewhere, and then is saved in its old place, is a duplicate", async (t) => {
  await using at = await filedFrom("scan0001.pdf");
  await at.undo();
  await using daemon = await watching(at.home, at.sandbox);
  await daemon.saw("folder.watching");
  await rename(at.path, join(at.home.inbox, "renamed.pdf"));
  await daemon.have("archived", 1);
  await at.home.drop("scan0001.pdf", at.bytes);
  await daemon.saw("document.duplicate");
  t.deepEqual(await at.home.left(), []);
  t.false(at.hasAsked());
});

test("other bytes in the place of what was undone are a document of their own", async (t) => {
  await using at = await filedFrom("scan0001.pdf");
  await at.undo();
  await rm(at.path);
  await at.home.drop("scan0001.pdf", await invoice("RE-43"));
  const told = await at.retry();
  t.is(told.verdict, "refused");
  t.regex(told.message, /^other bytes lie at .*scan0001\.pdf/);
  t.like(await runOnce(at.home, at.sandbox), { archived: 1 });
  t.deepEqual((await at.home.records()).map(({ status }) => status).toSorted(), [
    "archived",
    "undone",
  ]);
  t.is(at.sandbox.bills().length, 2);
});

test("what was set aside for review goes back, and comes to review again", async (t) => {
  await using at = await filedFrom("scan0001.pdf");
  const inReview = join(at.home.archive, "_review/scan0001.pdf");
  await mkdir(dirname(inReview));
  await rename(at.filedAs, inReview);
  const { sha256: hash } = await at.now();
  const hard = {
    field: "issuer",
    code: "MISSING",
    hard: true,
    message: "who sent it is not known",
  };
  await (await at.opened()).update(hash, { status: "review", filedAs: inReview, checks: [hard] });
  t.like(await at.undo(), { verdict: "undone", from: inReview, path: at.path });
  await at.retry();
  t.like(await runOnce(at.home, at.sandbox), { review: 1, archived: 0 });
  t.like(await at.now(), { status: "review", filedAs: inReview });
  t.false(at.hasAsked());
});
