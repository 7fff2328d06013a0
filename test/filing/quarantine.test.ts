import { mkdir, readdir, readFile, stat, symlink, writeFile, chmod } from "node:fs/promises";
import { basename, join } from "node:path";
import test, { type ExecutionContext } from "ava";
import { put, release } from "../../src/filing/quarantine.ts";
import { errno, failing, replaceCall, replaceHandleCall } from "./failing.ts";
import { hashOf, otherDisk, places, saved } from "./rooms.ts";

const id = "3f2a9c01b7de";
const reason = {
  code: "NOT_A_PDF",
  message: "scan.pdf is a PNG",
  hint: "Save it as a PDF.",
  stage: "inspect",
  attempts: 1,
  costUsd: "0",
  possibleUsd: "0",
  at: "2026-01-15T10:00:00.000Z",
  source: "/home/jane/Scans/scan.pdf",
};

const reasonOf = async (path: string) => JSON.parse(await readFile(`${path}.reason.json`, "utf8"));

async function rejected(t: ExecutionContext, across = false) {
  const { inbox, archive: root } = await places(t, across);
  const { path: from, sha256 } = await saved(join(inbox, "scan.pdf"));
  return { inbox, root, sha256, document: { from, root, id, sha256, name: "scan.pdf", reason } };
}

for (const across of otherDisk === undefined ? [false] : [false, true]) {
  const where = across ? "across file systems" : "on one file system";

  test.serial(`a document stands beside its reason, ${where}`, async (t) => {
    const { root, sha256, document } = await rejected(t, across);
    await chmod(root, 0o750);
    const path = await put(document);
    t.is(path, join(root, "scan.pdf"));
    t.is(await hashOf(path), sha256);
    t.deepEqual(await reasonOf(path), { ...reason, sha256, id });
    t.is((await stat(`${path}.reason.json`)).mode & 0o777, 0o640);
    t.deepEqual(await readdir(root), ["scan.pdf", "scan.pdf.reason.json"]);
  });

  test.serial(`document and reason share their number, ${where}`, async (t) => {
    const { root, inbox, document } = await rejected(t, across);
    await saved(join(root, "scan.pdf"));
    await saved(join(root, "scan (2).pdf.reason.json"), "{}");
    await saved(join(root, "scan (3).pdf.reason.json"), JSON.stringify({ id: "another" }));
    await mkdir(join(root, "scan (4).pdf.reason.json"));
    await symlink("nowhere", join(root, "scan (5).pdf.reason.json"));
    const path = await put(document);
    t.is(basename(path), "scan (6).pdf");
    t.is((await reasonOf(path)).id, id);
    t.is(await readFile(join(root, "scan (2).pdf.reason.json"), "utf8"), "{}");
    t.deepEqual(await readdir(inbox), []);
    t.is((await readdir(root)).length, 7);
  });

  test.serial(
    `a reason that a crash left alone is taken over by its document, ${where}`,
    async (t) => {
      const { root, document } = await rejected(t, across);
      await writeFile(
        join(root, "scan.pdf.reason.json"),
        JSON.stringify({ id, source: reason.source, attempts: 0 }),
      );
      const path = await put(document);
      t.is(basename(path), "scan.pdf");
      t.is((await reasonOf(path)).attempts, 1);
      t.deepEqual(await readdir(root), ["scan.pdf", "scan.pdf.reason.json"]);
    },
  );

  test.serial(`a document that can't be moved leaves no reason behind, ${where}`, async (t) => {
    const { root, inbox, document } = await rejected(t, across);
    replaceCall(t, "link", async (original, from: string, to: string) => {
      if (to.endsWith(".pdf")) throw errno(across && from.startsWith(inbox) ? "EXDEV" : "EIO");
      return await (original as (from: string, to: string) => Promise<void>)(from, to);
    });
    await t.throwsAsync(put(document), { code: "DISK_FAULT" });
    t.deepEqual(await readdir(root), []);
    t.deepEqual(await readdir(inbox), ["scan.pdf"]);
  });

  test.serial(`without links both stand there as well, ${where}`, async (t) => {
    const { root, document } = await rejected(t, across);
    failing(t, "link", "ENOSYS");
    await saved(join(root, "scan.pdf"));
    const path = await put(document);
    t.is((await reasonOf(path)).id, id);
    t.deepEqual(await readdir(root), ["scan (2).pdf", "scan (2).pdf.reason.json", "scan.pdf"]);
  });

  test.serial(`ten documents of one name at once each have their reason, ${where}`, async (t) => {
    const { root, inbox, document } = await rejected(t, across);
    const paths = await Promise.all(
      Array.from({ length: 10 }, async (_, number) => {
        const { path: from, sha256 } = await saved(join(inbox, String(number), "scan.pdf"));
        const source = `/home/jane/${number}.pdf`;
        return await put({
          ...document,
          from,
          id: `id${number}`,
          sha256,
          reason: { ...reason, source },
        });
      }),
    );
    t.is(new Set(paths).size, 10);
    for (const path of paths) t.is((await reasonOf(path)).sha256, await hashOf(path));
    t.is((await readdir(root)).length, 20);
  });
}

test.serial("a reason that can't be written keeps the document where it is", async (t) => {
  const { root, inbox, document } = await rejected(t);
  await replaceHandleCall(t, "writeFile", () => Promise.reject(errno("ENOSPC", "write")));
  await t.throwsAsync(put(document), { code: "DISK_FULL" });
  t.deepEqual(await readdir(root), []);
  t.deepEqual(await readdir(inbox), ["scan.pdf"]);
});

test.serial("the longest name leaves room for that of its reason", async (t) => {
  const { root, document } = await rejected(t);
  await put({ ...document, name: `${"ä".repeat(125)}.pdf` });
  const names = await readdir(root);
  t.is(names.length, 2);
  t.true(names.some((name) => Buffer.byteLength(name) >= 254));
});

test.serial("a document without a hash has none in its reason", async (t) => {
  const { document } = await rejected(t);
  t.is((await reasonOf(await put({ ...document, sha256: undefined }))).sha256, null);
});

test.serial("taking a document out removes its reason, once", async (t) => {
  const { root, document } = await rejected(t);
  const path = await put(document);
  await release(path);
  await release(path);
  t.deepEqual(await readdir(root), ["scan.pdf"]);
  failing(t, "unlink", "EROFS");
  await t.throwsAsync(release(path), { code: "DISK_FAULT" });
});
