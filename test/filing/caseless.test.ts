import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import test from "ava";
import { moveFile } from "../../src/filing/move.ts";
import { caselessDisk } from "../helpers/caseless.ts";
import { expectFiled } from "../helpers/expect-filed.ts";
import { emptyFolder } from "../helpers/folder.ts";
import { pdf } from "../helpers/pdf.ts";
import { homeAt, runOnce } from "../helpers/run-once.ts";
import { openSandbox } from "../helpers/sandbox.ts";

test("a name that differs only in its case is taken, where the file system sees it so", async (t) => {
  const disk = await caselessDisk(t);
  if (disk === null) return;
  const folder = await emptyFolder(t);
  const root = join(disk, "Archive");
  await mkdir(root);
  const names: string[] = [];
  for (const [at, name] of ["Bill.pdf", "bill.pdf", "BILL.pdf"].entries()) {
    const from = join(folder, `scan${at}.pdf`);
    await writeFile(from, name);
    names.push(await moveFile({ from, root, name, id: `id${at}` }));
  }

  t.deepEqual(
    names.map((path) => path.slice(root.length + 1)),
    ["Bill.pdf", "bill (2).pdf", "BILL (3).pdf"],
  );
  const contents = await Promise.all(names.map((path) => readFile(path, "utf8")));
  t.deepEqual(contents, ["Bill.pdf", "bill.pdf", "BILL.pdf"]);
  t.deepEqual((await readdir(root)).toSorted(), ["BILL (3).pdf", "Bill.pdf", "bill (2).pdf"]);
});

test("inbox and archive on such a disk, documents whose names differ only in case are all filed", async (t) => {
  const disk = await caselessDisk(t);
  if (disk === null) return;
  await using sandbox = await openSandbox();
  const roots = ["inbox", "archive", "quarantine"].map((name) => [name, join(disk, name)]);
  for (const [, root = ""] of roots) await mkdir(root);
  await using home = await homeAt(sandbox, {}, Object.fromEntries(roots));
  const issuers = ["Nordlicht Energie GmbH", "NORDLICHT Energie GmbH", "nordlicht ENERGIE GmbH"];
  const all = await Promise.all(
    issuers.map((issuer) => pdf({ pages: [`${issuer}\n\nInvoice\n\nDate: 2026-01-15`] })),
  );
  const inbox = join(disk, "inbox");
  for (const [at, bytes] of all.entries()) await writeFile(join(inbox, `scan${at}.pdf`), bytes);

  t.is((await runOnce(home, sandbox)).archived, 3);

  const records = await home.records();
  t.is(new Set(records.map(({ filedAs }) => filedAs?.toLowerCase())).size, 3);
  const filed = await Promise.all(records.map(({ filedAs }) => readFile(filedAs ?? "")));
  t.deepEqual(filed.map(String).toSorted(), all.map(String).toSorted());
  await expectFiled(t, home, []);
});
