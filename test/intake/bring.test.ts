import { link, mkdir, readFile, rm, stat, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import test from "ava";
import type { Addition } from "../../src/intake/addition.ts";
import { openBringing } from "../../src/intake/bring.ts";
import type { DocumentRecord } from "../../src/store/record.ts";
import { errno, replaceHandleCall } from "../filing/failing.ts";
import { hash, saved } from "../filing/rooms.ts";
import { filesBelow, type Home, makeHome } from "../helpers/home.ts";
import { rootsOf } from "../helpers/roots.ts";
import { seededRecord } from "../helpers/seeded-store.ts";
import { waitingRecord } from "./waiting.ts";

/** Brings files into a home's inbox. */
async function bringing(home: Home, known: readonly DocumentRecord[] = []) {
  const { folders } = home.config;
  const [folder] = folders;
  if (!folder) throw new Error("a home has a folder");
  const bring = await openBringing(
    { folder, roots: rootsOf(home), known: new Map(known.map((one) => [one.sha256, one])) },
    0,
  );
  return (path: string, name: string, signal = new AbortController().signal): Promise<Addition> =>
    bring({ path, name, at: path }, signal);
}

/** Saves a file outside of the inbox; gives its path. */
async function paper(home: Home, name: string, bytes: string | Buffer): Promise<string> {
  const { path } = await saved(join(home.folder, "Papers", name), bytes);
  return path;
}

test("a copy has the bytes, the time and the folders of its file, which stays", async (t) => {
  await using home = await makeHome();
  const path = await paper(home, "2024/tax/a.pdf", "some bytes");
  await utimes(path, new Date("2024-05-06T07:08:09Z"), new Date("2024-05-06T07:08:09Z"));
  const bring = await bringing(home);
  const addition = await bring(path, "2024/tax/a.pdf");
  const copiedTo = join(home.inbox, "2024", "tax", "a.pdf");
  t.like(addition, { verdict: "copied", copiedTo, sha256: hash("some bytes"), record: null });
  t.is(await readFile(copiedTo, "utf8"), "some bytes");
  t.is((await stat(copiedTo)).mtime.toISOString(), "2024-05-06T07:08:09.000Z");
  t.is((await stat(copiedTo)).nlink, 1);
  t.is(await readFile(path, "utf8"), "some bytes");
  t.deepEqual(await home.left(), ["Inbox/2024/tax/a.pdf"]);
});

test("nothing in the inbox is overwritten, nor by files of one name out of several folders", async (t) => {
  await using home = await makeHome({}, { recursive: false });
  await home.drop("a.pdf", "there before");
  const bring = await bringing(home);
  for (const year of ["2023", "2024"]) {
    const name = `${year}/a.pdf`;
    const { verdict } = await bring(await paper(home, name, year), name);
    t.is(verdict, "copied");
  }
  t.deepEqual(await home.left(), ["Inbox/a (2).pdf", "Inbox/a (3).pdf", "Inbox/a.pdf"]);
  t.is(await readFile(join(home.inbox, "a.pdf"), "utf8"), "there before");
});

test("of equal files one is copied, and the others name it", async (t) => {
  await using home = await makeHome();
  const bring = await bringing(home);
  await bring(await paper(home, "a.pdf", "equal"), "a.pdf");
  const second = await bring(await paper(home, "b.pdf", "equal"), "b.pdf");
  t.like(second, { verdict: "same", copiedTo: null, message: "has the same bytes as a.pdf" });
  t.deepEqual(await home.left(), ["Inbox/a.pdf"]);
});

test("a file with several names is copied, since its copy has one", async (t) => {
  await using home = await makeHome();
  const path = await paper(home, "a.pdf", "linked");
  await link(path, join(home.folder, "other.pdf"));
  const bring = await bringing(home);
  t.is((await bring(path, "a.pdf")).verdict, "copied");
});

test("a folder in place of a file is refused", async (t) => {
  await using home = await makeHome();
  const path = join(home.folder, "folder.pdf");
  await mkdir(path);
  const bring = await bringing(home);
  t.like(await bring(path, "folder.pdf"), { verdict: "refused", code: "NO_FILE" });
  t.like(await bring(join(path, "gone.pdf"), "gone.pdf"), {
    verdict: "refused",
    code: "FILE_MISSING",
  });
});

const bytes = "known bytes";
const identity = { sha256: hash(bytes), id: hash(bytes).slice(0, 12), bytes: bytes.length };

const known = test.macro({
  exec: async (
    t,
    verdict: Addition["verdict"],
    recordIn: (home: Home) => Promise<DocumentRecord> | DocumentRecord,
  ) => {
    await using home = await makeHome();
    const path = await paper(home, "a.pdf", bytes);
    const record = await recordIn(home);
    const left = await home.left();
    const bring = await bringing(home, [record]);
    const addition = await bring(path, "a.pdf");
    t.is(addition.verdict, verdict);
    t.is(addition.record, verdict === "known" ? record : null);
    const copied = verdict === "copied" ? ["Inbox/a.pdf"] : [];
    t.deepEqual(await home.left(), [...copied, ...left]);
  },
  title: (title = "") => `bytes are known, and ${title}`,
});

test("their document is archived: they aren't copied", known, "known", async ({ archive }) => {
  const { path } = await saved(join(archive, "filed.pdf"), bytes);
  return seededRecord(1, { ...identity, filedAs: path });
});

test("the archived file is gone: they are copied", known, "copied", ({ archive }) =>
  seededRecord(1, { ...identity, filedAs: join(archive, "gone.pdf") }),
);

test("the archive is away: they aren't copied", known, "known", async ({ archive }) => {
  await rm(archive, { recursive: true });
  return seededRecord(1, { ...identity, filedAs: join(archive, "away.pdf") });
});

test("their document is in work: they aren't copied", known, "known", () =>
  seededRecord(1, { ...identity, status: "processing", filedAs: null }),
);

test("it failed and cost nothing: they are copied", known, "copied", ({ quarantine }) =>
  seededRecord(1, {
    ...identity,
    status: "quarantined",
    calls: [],
    filedAs: join(quarantine, "a.pdf"),
  }),
);

test("it failed and was paid for: they aren't copied", known, "known", ({ quarantine }) =>
  seededRecord(1, { ...identity, status: "quarantined", filedAs: join(quarantine, "a.pdf") }),
);

test("their document waits in the inbox: they aren't copied", known, "known", async (home) => {
  const path = await home.drop("waits.pdf", bytes);
  const { ino, size, mtimeMs } = await stat(path);
  return waitingRecord(1, "KEY_REJECTED", { parked: { path, ino, size, mtimeMs } }, identity);
});

test("what waited was taken away: they are copied", known, "copied", ({ inbox }) => {
  const parked = { path: join(inbox, "gone.pdf"), ino: 1, size: bytes.length, mtimeMs: 1 };
  return waitingRecord(1, "KEY_REJECTED", { parked }, identity);
});

test("a missing inbox is said at once, and never made", async (t) => {
  await using home = await makeHome();
  await rm(home.inbox, { recursive: true });
  await t.throwsAsync(bringing(home), { code: "FOLDER_MISSING" });
  t.deepEqual(await filesBelow(home.folder, "Inbox").catch(() => "none"), "none");
});

test("what a crash left of a copy is removed when the next ones are brought", async (t) => {
  await using home = await makeHome();
  await home.drop("2024/.autod-add-0123.part", "half");
  await bringing(home);
  t.deepEqual(await home.left(), []);
});

test.serial("stopped within a copy, it leaves nothing of it", async (t) => {
  await using home = await makeHome();
  const path = await paper(home, "a.pdf", Buffer.alloc(3_000_000, "x"));
  const bring = await bringing(home);
  const stopping = new AbortController();
  const written: number[] = [];
  await replaceHandleCall(t, "writeFile", async (write, piece: Buffer) => {
    written.push(piece.length);
    stopping.abort();
    return await write();
  });
  await t.throwsAsync(bring(path, "a.pdf", stopping.signal), { name: "AbortError" });
  // The piece after it may have been read already.
  t.true(written.length <= 2, `${written.length} pieces`);
  t.deepEqual(await home.left(), []);
});

test.serial("a full disk ends it with nothing left of the copy", async (t) => {
  await using home = await makeHome();
  const path = await paper(home, "a.pdf", "bytes");
  const bring = await bringing(home);
  await replaceHandleCall(t, "writeFile", () => {
    throw errno("ENOSPC", "write");
  });
  await t.throwsAsync(bring(path, "a.pdf"), { code: "DISK_FULL" });
  t.deepEqual(await home.left(), []);
});

test.serial("a file that changes while it is copied is refused", async (t) => {
  await using home = await makeHome();
  const path = await paper(home, "a.pdf", "bytes");
  const bring = await bringing(home);
  await replaceHandleCall(t, "writeFile", async (write) => {
    await writeFile(path, "others, and more");
    return await write();
  });
  t.like(await bring(path, "a.pdf"), { verdict: "refused", code: "FILE_CHANGED" });
  t.deepEqual(await home.left(), []);
});
