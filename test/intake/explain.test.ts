import { mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import test from "ava";
import { explain } from "../../src/intake/explain.ts";
import type { DocumentRecord } from "../../src/store/record.ts";
import { sha256 } from "../helpers/expect-filed.ts";
import { makeHome, type Home } from "../helpers/home.ts";
import { seededRecord } from "../helpers/seeded-store.ts";

const ask = async (home: Home, path: string, records: readonly DocumentRecord[] = []) => {
  const { path: asked, ...verdict } = await explain(path, home.config.folders, records);
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
    t.deepEqual(await ask(home, path, [record]), { asked: path, verdict: "document", record });
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
  const link = join(home.inbox, "link.pdf");
  await symlink("/etc/passwd", link);
  t.like(await ask(home, link), { verdict: "ignored", code: "SYMBOLIC_LINK" });
});

test("what is nowhere, and what is elsewhere, is said to be", async (t) => {
  await using home = await makeHome();
  t.like(await ask(home, join(home.inbox, "never.pdf")), { verdict: "missing" });
  const other = join(home.folder, "other.pdf");
  await writeFile(other, "other");
  t.like(await ask(home, other), { verdict: "elsewhere" });
});
