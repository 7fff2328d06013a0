import { link, mkdir, readdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import { setAside } from "../../src/filing/duplicates.ts";
import { errno, failing, replaceCall, replaceHandleCall } from "./failing.ts";
import { hashOf, otherDisk, places, saved } from "./rooms.ts";

const bytes = "x".repeat(300_000);

async function arrivedAgain(t: ExecutionContext, across: boolean, text = bytes) {
  const { inbox, archive } = await places(t, across);
  const { path: from } = await saved(join(inbox, "scan.pdf"), text);
  const { path: original } = await saved(join(archive, "2026", "Bill.pdf"), bytes);
  const set = { from, root: archive, name: "scan.pdf", id: "3f2a9c01b7de", original };
  return { inbox, archive, aside: join(archive, "_duplicates", "scan.pdf"), set };
}

for (const across of otherDisk === undefined ? [false] : [false, true]) {
  const where = across ? "across file systems" : "on one file system";

  test.serial(`a duplicate is moved aside, ${where}`, async (t) => {
    const { aside, inbox, set } = await arrivedAgain(t, across);
    t.deepEqual(await setAside({ ...set, mode: "move" }), { movedTo: aside });
    t.is(await hashOf(aside), await hashOf(set.original));
    t.deepEqual(await readdir(inbox), []);
  });

  test.serial(`a duplicate is deleted only when every byte is equal, ${where}`, async (t) => {
    const { inbox, archive, set } = await arrivedAgain(t, across);
    t.deepEqual(await setAside({ ...set, mode: "delete" }), { movedTo: null });
    t.deepEqual(await readdir(inbox), []);
    t.deepEqual(await readdir(archive), ["2026"]);
  });

  for (const [title, text] of [
    ["of another size", `${bytes}x`],
    ["of equal size", `${bytes.slice(1)}y`],
  ] as const) {
    test.serial(`what differs ${title} is moved instead, ${where}`, async (t) => {
      const { aside, set } = await arrivedAgain(t, across, text);
      t.deepEqual(await setAside({ ...set, mode: "delete" }), { movedTo: aside });
    });
  }
}

for (const [title, spoil] of [
  ["is gone", async () => join("/", "gone", "Bill.pdf")],
  ["is a folder", async (archive: string) => archive],
  [
    "is a symbolic link",
    async (archive: string) => {
      await symlink(join(archive, "2026", "Bill.pdf"), join(archive, "link.pdf"));
      return join(archive, "link.pdf");
    },
  ],
  ["isn't known", async () => null],
] as const) {
  test.serial(`nothing is deleted when the original ${title}`, async (t) => {
    const { aside, archive, set } = await arrivedAgain(t, false);
    const original = await spoil(archive);
    t.deepEqual(await setAside({ ...set, original, mode: "delete" }), { movedTo: aside });
  });
}

test.serial("nothing is deleted when the original can't be made durable", async (t) => {
  const { aside, set } = await arrivedAgain(t, false);
  let calls = 0;
  await replaceHandleCall(t, "sync", (original) => {
    calls += 1;
    return calls === 1 ? Promise.reject(errno("EIO", "fsync")) : original();
  });
  t.deepEqual(await setAside({ ...set, mode: "delete" }), { movedTo: aside });
});

test.serial("nothing is deleted when the original changes meanwhile", async (t) => {
  const { aside, set } = await arrivedAgain(t, false);
  let calls = 0;
  await replaceHandleCall(t, "sync", async (original) => {
    calls += 1;
    if (calls === 1) await writeFile(set.original, "other");
    return await original();
  });
  t.deepEqual(await setAside({ ...set, mode: "delete" }), { movedTo: aside });
});

test.serial("a leftover link of the original is deleted, the original never", async (t) => {
  const { archive, set } = await arrivedAgain(t, false);
  const leftover = join(archive, "leftover.pdf");
  await link(set.original, leftover);
  t.deepEqual(await setAside({ ...set, from: leftover, mode: "delete" }), { movedTo: null });
  for (const mode of ["move", "delete"] as const) {
    const itself = setAside({ ...set, from: set.original, mode });
    await t.throwsAsync(itself, { instanceOf: TypeError });
  }
  t.deepEqual(await readdir(join(archive, "2026")), ["Bill.pdf"]);
});

test.serial("a deletion that fails is trouble with the disk", async (t) => {
  const { set } = await arrivedAgain(t, false);
  failing(t, "unlink", "EROFS");
  await t.throwsAsync(setAside({ ...set, mode: "delete" }), { code: "DISK_FAULT" });
});

test.serial("a fault in the program isn't taken for a difference", async (t) => {
  const { set } = await arrivedAgain(t, false);
  replaceCall(t, "open", async (original, path: string, flags: unknown) => {
    if (path === set.original) throw new RangeError("a fault");
    return await (original as (...given: unknown[]) => Promise<unknown>)(path, flags);
  });
  await t.throwsAsync(setAside({ ...set, mode: "delete" }), { instanceOf: RangeError });
});

test.serial("a duplicate that went aside before is found there", async (t) => {
  const { aside, archive, set } = await arrivedAgain(t, false);
  const sha256 = await hashOf(set.from);
  await setAside({ ...set, sha256, mode: "move" });
  await mkdir(join(archive, "other"));
  t.deepEqual(await setAside({ ...set, sha256, mode: "delete" }), { movedTo: aside });
  const lost = setAside({ ...set, from: join(archive, "never.pdf"), mode: "delete" });
  await t.throwsAsync(lost, { code: "FILE_MISSING" });
});

test.serial("duplicates may go to a folder of their own", async (t) => {
  const { archive, set } = await arrivedAgain(t, false);
  const answer = await setAside({ ...set, folders: [], mode: "move" });
  t.deepEqual(answer, { movedTo: join(archive, "scan.pdf") });
});
