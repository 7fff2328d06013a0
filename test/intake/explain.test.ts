import { link, mkdir, readFile, rename, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import test from "ava";
import { explain, explanation } from "../../src/intake/explain.ts";
import type { DocumentRecord } from "../../src/store/record.ts";
import { sha256 } from "../helpers/expect-filed.ts";
import { makeHome, type Home } from "../helpers/home.ts";
import { bytesBelow, takesAnyBytes } from "../helpers/odd-files.ts";
import { rootsOf } from "../helpers/roots.ts";
import { seededRecord, seededWork } from "../helpers/seeded-store.ts";

const ask = async (home: Home, path: string, records: readonly DocumentRecord[] = []) => {
  const roots = rootsOf(home);
  const profiles = new Map();
  const { dataDir } = home.config;
  const allowance = () => () => null;
  const seen = { dataDir, roots, records, profiles, allowance };
  const situation = { ...seen, running: true, instance: undefined };
  const explained = await explain(path, situation);
  explanation.parse(explained);
  const { path: asked, ...verdict } = explained;
  return { asked, ...verdict };
};

async function archived(home: Home, bytes: string, change: Partial<DocumentRecord> = {}) {
  const filedAs = join(home.archive, "2026/Utilities/bill.pdf");
  await mkdir(dirname(filedAs), { recursive: true });
  await writeFile(filedAs, bytes);
  const hash = sha256(Buffer.from(bytes));
  return seededRecord(1, { sha256: hash, bytes: bytes.length, filedAs, ...change });
}

test("a document is known by where it came from, and by where it stands", async (t) => {
  await using home = await makeHome();
  const record = await archived(home, "bill");
  for (const path of [record.source.path, record.filedAs ?? ""]) {
    const known = { asked: path, verdict: "document" as const, record, hidden: null };
    t.deepEqual(await ask(home, path, [record]), known);
  }
});

test("a copy of a document is known by its bytes, wherever it lies", async (t) => {
  await using home = await makeHome();
  const record = await archived(home, "bill");
  const copy = join(home.folder, "copy.pdf");
  await writeFile(copy, await readFile(record.filedAs ?? ""));
  t.like(await ask(home, copy, [record]), { verdict: "duplicate", record });
});

test("a duplicate is known by where it was, and by where it was set aside", async (t) => {
  await using home = await makeHome();
  const movedTo = join(home.archive, "_duplicates/copy.pdf");
  const path = join(home.inbox, "copy.pdf");
  const record = await archived(home, "bill", {
    duplicates: [{ path, seenAt: "2026-01-01T00:00:00.000Z", movedTo }],
  });
  t.like(await ask(home, path, [record]), { verdict: "duplicate", record });
  t.like(await ask(home, movedTo, [record]), { verdict: "duplicate", record });
});

test("another file under a name that a document once had is not that document", async (t) => {
  await using home = await makeHome();
  const path = await home.drop("scan.pdf", "something else");
  const source = { path, name: "scan.pdf", arrivedAt: "2026-01-01T00:00:00.000Z" };
  const record = await archived(home, "bill", { source });
  t.like(await ask(home, path, [record]), { verdict: "not-yet", folder: "scans" });
});

test("a parked document is itself, not its own duplicate", async (t) => {
  await using home = await makeHome();
  const path = await home.drop("scan.pdf", "bill");
  const record = await archived(home, "bill", {
    status: "waiting",
    filedAs: null,
    waiting: {
      reason: "account",
      retryAt: null,
      since: "2026-01-01T00:00:00.000Z",
      parked: { path, ino: 1, size: 4, mtimeMs: 0 },
    },
  });
  t.like(await ask(home, path, [record]), { verdict: "document", record });
});

test("what lies in an inbox and is left there says why", async (t) => {
  await using home = await makeHome();
  const notes = await home.drop("notes.txt", "notes");
  t.like(await ask(home, notes), { verdict: "ignored", code: "NOT_NAMED_PDF" });
  const symbolic = join(home.inbox, "link.pdf");
  await symlink("/etc/passwd", symbolic);
  t.like(await ask(home, symbolic), { verdict: "ignored", code: "SYMBOLIC_LINK" });
});

test("what is nowhere, and what is elsewhere, is said to be", async (t) => {
  await using home = await makeHome();
  t.like(await ask(home, join(home.inbox, "never.pdf")), { verdict: "missing" });
  const other = join(home.folder, "other.pdf");
  await writeFile(other, "other");
  t.like(await ask(home, other), { verdict: "elsewhere" });
});

test("what hides nothing is taken in its turn, and costs nothing where its bytes are known", async (t) => {
  await using home = await makeHome({}, { settle: "0ms" });
  const record = await archived(home, "%PDF-1.7 bill %%EOF");
  const other = await home.drop("other.pdf", "%PDF-1.7 more %%EOF");
  const taken = { verdict: "not-yet", folder: "scans", obstacles: [] };
  t.deepEqual(await ask(home, other, [record]), { asked: other, ...taken, sameAs: null } as never);
  const copy = await home.drop("copy.pdf", "%PDF-1.7 bill %%EOF");
  t.deepEqual(await ask(home, copy, [record]), {
    asked: copy,
    ...taken,
    sameAs: record.id,
  } as never);
});

test("what was taken is in work, by where it was and by where it stands", async (t) => {
  await using home = await makeHome();
  const staged = await home.drop(".autod/staging/us/claim/below/scan.pdf", "bill");
  const path = join(home.inbox, "below/scan.pdf");
  const inWork = { verdict: "in-work", folder: "scans", staged };
  t.like(await ask(home, path), inWork);
  t.like(await ask(home, staged), inWork);
  const work = seededWork(staged, "claimed");
  const record = seededRecord(1, { status: "processing", filedAs: null, work });
  t.like(await ask(home, staged, [record]), { verdict: "document", record });
});

test("while an inbox is away nobody can look, but a document is known by its path", async (t) => {
  await using home = await makeHome();
  const path = join(home.inbox, "scan.pdf");
  const source = { path, name: "scan.pdf", arrivedAt: "2026-01-01T00:00:00.000Z" };
  const record = await archived(home, "bill", { source });
  await rename(home.inbox, `${home.inbox}.away`);
  t.like(await ask(home, path, [record]), { verdict: "document", record });
  const message = `${home.inbox} doesn't exist`;
  t.like(await ask(home, path), { verdict: "offline", folder: "scans", message });
});

test("a name that is no UTF-8 is known as it is printed, and as a shell hands it over", async (t) => {
  await using home = await makeHome({}, { settle: "0ms" });
  if (!(await takesAnyBytes(t, home.inbox))) return;
  const record = await archived(home, "%PDF-1.7 bill %%EOF");
  const path = bytesBelow(home.inbox, "caf\xe9.pdf");
  await writeFile(path, "%PDF-1.7 bill %%EOF");
  const printed = join(home.inbox, "caf%E9.pdf");
  for (const typed of [printed, path.toString()]) {
    t.like(await ask(home, typed, [record]), {
      asked: printed,
      verdict: "not-yet",
      sameAs: record.id,
    });
  }
});

test("a name that is too long for the disk is nowhere", async (t) => {
  await using home = await makeHome();
  t.like(await ask(home, join(home.folder, "x".repeat(300))), { verdict: "missing" });
});

test("a copy that has another name elsewhere is known by its bytes", async (t) => {
  await using home = await makeHome();
  const record = await archived(home, "bill");
  const copy = join(home.folder, "linked.pdf");
  await link(record.filedAs ?? "", copy);
  t.like(await ask(home, copy, [record]), { verdict: "duplicate", record });
});

test("a path that a document was taken from again is known, while nothing stands there", async (t) => {
  await using home = await makeHome();
  const path = await home.drop("scan.pdf", "bill");
  const from = join(home.archive, "2026/Utilities/bill.pdf");
  const at = "2026-01-01T00:00:00.000Z";
  const parked = { path, ino: 1, size: 4, mtimeMs: 0 };
  const record = seededRecord(1, {
    status: "undone",
    filedAs: null,
    waiting: { reason: "retry", retryAt: null, since: at, parked },
    history: [{ at, by: "undo", before: null, from, to: path }],
  });
  t.like(await ask(home, from, [record]), { verdict: "document", record });
  await mkdir(dirname(from), { recursive: true });
  await writeFile(from, "another");
  t.like(await ask(home, from, [record]), { verdict: "elsewhere" });
});

test("of a document whose archive is away it is said that nobody can see its file", async (t) => {
  await using home = await makeHome();
  const record = await archived(home, "bill");
  const path = record.filedAs ?? "";
  t.like(await ask(home, path, [record]), { verdict: "document", hidden: null });
  await rename(home.archive, `${home.archive}.away`);
  const hidden = `${home.archive} doesn't exist`;
  t.like(await ask(home, path, [record]), { verdict: "document", hidden });
});
