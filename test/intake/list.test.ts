import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import { listInbox, listUnspelt, type Spot, spotAt } from "../../src/intake/list.ts";
import { makeHome } from "../helpers/home.ts";
import { bytesBelow, takesAnyBytes } from "../helpers/odd-files.ts";

async function namesOf(spots: AsyncIterable<Spot>): Promise<string[]> {
  const found = [];
  for await (const { relative } of spots) found.push(relative);
  return found.toSorted();
}

test("an inbox is listed with its sub-folders, without hidden ones and without following links", async (t) => {
  await using home = await makeHome();
  for (const name of ["a.pdf", "sub/b.pdf", "sub/deep/c.txt", ".autod/staging/d.pdf"]) {
    await home.drop(name, name);
  }
  await symlink(home.folder, join(home.inbox, "out"));
  await symlink("loop", join(home.inbox, "loop"));
  t.deepEqual(await namesOf(listInbox(home.inbox)), [
    "a.pdf",
    "loop",
    "out",
    "sub/b.pdf",
    "sub/deep/c.txt",
  ]);
  t.deepEqual(await namesOf(listInbox(home.inbox, "sub")), ["sub/b.pdf", "sub/deep/c.txt"]);
});

test("a missing inbox is an error, a sub-folder that is gone or too deep is not", async (t) => {
  await using home = await makeHome();
  await t.throwsAsync(namesOf(listInbox(join(home.folder, "nowhere"))), { code: "ENOENT" });
  t.deepEqual(await namesOf(listInbox(home.inbox, "gone")), []);
  t.deepEqual(await namesOf(listInbox(home.inbox, "deep/".repeat(1000))), []);
});

test("an inbox below a hidden folder is listed like any other", async (t) => {
  await using home = await makeHome();
  const inbox = join(home.folder, ".sync", "inbox");
  await mkdir(inbox, { recursive: true });
  await writeFile(join(inbox, "a.pdf"), "a");
  t.deepEqual(await namesOf(listInbox(inbox)), ["a.pdf"]);
});

test("a folder that is called like a PDF is a folder: what is in it is listed", async (t) => {
  await using home = await makeHome();
  await home.drop("scans.pdf/page.pdf", "page");
  await mkdir(join(home.inbox, "empty.pdf"));
  t.deepEqual(await namesOf(listInbox(home.inbox)), ["scans.pdf/page.pdf"]);
});

test("odd names are plain ones as long as they are UTF-8", async (t) => {
  await using home = await makeHome();
  const names = [
    "caf\u00e9.pdf",
    "cafe\u0301.pdf",
    "caf\ufffd.pdf",
    "caf%E9.pdf",
    "two\nlines.pdf",
    "\u001b[31mred.pdf",
    `"quoted" 'twice'.pdf`,
    "-rf.pdf",
    "back\\slash: star*.pdf",
    " spaces .pdf",
    `${"ä".repeat(125)}x.pdf`,
  ];
  for (const name of names) await home.drop(name, name);
  const found = [];
  for await (const spot of listInbox(home.inbox)) found.push(spot);
  const expected = names.map((name) => spotAt(home.inbox, name));
  const byName = (a: Spot, b: Spot) => (a.relative < b.relative ? -1 : 1);
  t.deepEqual(found.toSorted(byName), expected.toSorted(byName));
});

async function dropLatin1(t: ExecutionContext, inbox: string): Promise<boolean> {
  if (!(await takesAnyBytes(t, inbox))) return false;
  for (const name of ["caf\xe9.pdf", "\xff\xe2\x82.pdf", "caf\xc3\xa9 \xe9.pdf"]) {
    await writeFile(bytesBelow(inbox, name), name);
  }
  await mkdir(bytesBelow(inbox, "b\xfccher"));
  await writeFile(bytesBelow(inbox, "b\xfccher/plain.pdf"), "plain");
  await mkdir(join(inbox, "sub"));
  await writeFile(bytesBelow(inbox, "sub/\xe9.pdf"), "below");
  await writeFile(join(inbox, "sub", "plain.pdf"), "plain");
  return true;
}

test("a name that is no UTF-8 is listed by its bytes, and printed with them as %E9", async (t) => {
  await using home = await makeHome();
  if (!(await dropLatin1(t, home.inbox))) return;
  const found = new Map<string, string | Buffer>();
  for await (const { relative, path } of listInbox(home.inbox)) found.set(relative, path);
  t.deepEqual([...found.keys()].toSorted(), [
    "%FF%E2%82.pdf",
    "b%FCcher/plain.pdf",
    "caf%E9.pdf",
    "café %E9.pdf",
    "sub/%E9.pdf",
    "sub/plain.pdf",
  ]);
  t.deepEqual(found.get("b%FCcher/plain.pdf"), bytesBelow(home.inbox, "b\xfccher/plain.pdf"));
  t.is(found.get("sub/plain.pdf"), join(home.inbox, "sub/plain.pdf"));
});

test("names that are no UTF-8 are found one folder at a time", async (t) => {
  await using home = await makeHome();
  if (!(await dropLatin1(t, home.inbox))) return;
  t.deepEqual(await namesOf(listUnspelt(home.inbox)), [
    "%FF%E2%82.pdf",
    "b%FCcher/plain.pdf",
    "caf%E9.pdf",
    "café %E9.pdf",
  ]);
  t.deepEqual(await namesOf(listUnspelt(home.inbox, "sub")), ["sub/%E9.pdf"]);
});
