import { execFile } from "node:child_process";
import { chmod, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import test from "ava";
import { openCapacity, requireCapacity } from "../../src/filing/capacity.ts";
import { fillDisk } from "../helpers/fill-disk.ts";
import { emptyFolder, smallDisk } from "../helpers/folder.ts";
import { failing, replaceCall } from "./failing.ts";

const run = promisify(execFile);

test("within a disk there is always room, for nothing is copied", async (t) => {
  const inbox = await emptyFolder(t);
  await t.notThrowsAsync(requireCapacity(inbox, await emptyFolder(t), 1e15));
});

test("on another disk there is to be as much room as is needed", async (t) => {
  const disk = await smallDisk(t, 1000);
  if (disk === null) return;
  const inbox = await emptyFolder(t);
  await t.notThrowsAsync(requireCapacity(inbox, disk, 100_000));
  const message = `${disk} has no room left`;
  await t.throwsAsync(requireCapacity(inbox, disk, 1_000_000), { code: "DISK_FULL", message });
  const makeRoom = await fillDisk(disk);
  await t.throwsAsync(requireCapacity(inbox, disk, 1), { code: "DISK_FULL" });
  await makeRoom();
  await t.notThrowsAsync(requireCapacity(inbox, disk, 1));
});

test("a disk that can only be read takes nothing", async (t) => {
  const disk = await smallDisk(t, 1000);
  if (disk === null) return;
  await run("mount", ["-o", "remount,ro", disk]);
  const error = await t.throwsAsync(requireCapacity(await emptyFolder(t), disk, 1), {
    code: "DISK_FAULT",
  });
  t.regex(error?.message ?? "", /read-only file system$/);
});

test("a root that is away is for others to tell of", async (t) => {
  const folder = await emptyFolder(t);
  await t.notThrowsAsync(requireCapacity(folder, join(folder, "away"), 1));
});

test.serial("a folder that nobody may write to takes nothing", async (t) => {
  const folder = await emptyFolder(t);
  await chmod(folder, 0o500);
  if (process.getuid?.() === 0) failing(t, "access", "EACCES");
  await t.throwsAsync(requireCapacity(folder, folder, 1), { code: "DISK_FAULT" });
});

test.serial("a disk without inodes is full, but where they aren't counted it isn't", async (t) => {
  const disk = await smallDisk(t, 1000);
  if (disk === null) return;
  const inbox = await emptyFolder(t);
  const room = { bavail: 1_000, bsize: 4_096 };
  replaceCall(t, "statfs", () => Promise.resolve({ ...room, files: 20, ffree: 0 }));
  await t.throwsAsync(requireCapacity(inbox, disk, 1), { code: "DISK_FULL", message: /no inodes/ });
  replaceCall(t, "statfs", () => Promise.resolve({ ...room, files: 0, ffree: 0 }));
  await t.notThrowsAsync(requireCapacity(inbox, disk, 1));
});

test("what lies on one disk and can be written to is so for a second, and on another disk it is looked each time", async (t) => {
  const [inbox, archive] = [await emptyFolder(t), await emptyFolder(t)];
  let now = 0;
  const requireRoom = openCapacity(() => now);
  t.true(await requireRoom(inbox, archive, 1));
  await rm(archive, { recursive: true });
  await writeFile(archive, "no folder");
  t.true(await requireRoom(inbox, archive, 1));
  now = 1_000;
  t.false(await requireRoom(inbox, archive, 1));

  const disk = await smallDisk(t, 1000);
  if (disk === null) return;
  t.false(await requireRoom(inbox, disk, 100_000));
  const makeRoom = await fillDisk(disk);
  await t.throwsAsync(requireRoom(inbox, disk, 1), { code: "DISK_FULL" });
  await makeRoom();
});
