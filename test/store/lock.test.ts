import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import test from "ava";
import type { AutodError } from "../../src/errors.ts";
import { openDataDir } from "../../src/store/data-dir.ts";
import { isHeld, lockStore } from "../../src/store/lock.ts";
import { readRecords } from "../../src/store/store.ts";
import { emptyFolder } from "../helpers/folder.ts";
import { seededRecord, seedStore } from "../helpers/seeded-store.ts";
import { start } from "./child.ts";

test("while another process holds the store nobody else is admitted, right after its death somebody is", async (t) => {
  const folder = await emptyFolder(t);
  const holder = start(t, "holder.ts", folder);
  const instance = await holder.firstLine;
  const error = await t.throwsAsync<AutodError>(openDataDir(folder), { code: "STORE_LOCKED" });
  t.is(error?.kind, "locked");
  const said = `the store in ${folder} is held by another autod (process ${holder.pid}, since `;
  t.true(error?.message.startsWith(said), error?.message);
  await t.throwsAsync(openDataDir(folder), { code: "STORE_LOCKED" });
  await holder.kill();
  using dataDir = await openDataDir(folder);
  t.is(dataDir.instance, instance);
});

test("a held store can be looked at", async (t) => {
  const folder = await emptyFolder(t);
  await seedStore(folder, [seededRecord(1)]);
  await start(t, "holder.ts", folder).firstLine;
  t.deepEqual(await readRecords(folder), [seededRecord(1)]);
});

test("one process can't hold the same store twice", async (t) => {
  const folder = await emptyFolder(t);
  {
    using _held = lockStore(folder);
    t.throws(() => lockStore(folder), { code: "STORE_LOCKED" });
    // The refused one's way out must not let go of what the first holds.
    t.throws(() => lockStore(folder), { code: "STORE_LOCKED" });
  }
  t.notThrows(() => lockStore(folder)[Symbol.dispose]());
});

test("two stores are held apart", async (t) => {
  const [one, other] = [await emptyFolder(t), await emptyFolder(t)];
  using _held = lockStore(one);
  t.notThrows(() => lockStore(other)[Symbol.dispose]());
});

test("a lock that can't be taken at all is not another's", async (t) => {
  const folder = await emptyFolder(t);
  await writeFile(join(folder, "autod.lock"), "this was never a lock\n".repeat(100));
  const error = t.throws(() => lockStore(folder), { code: "DISK_FAULT" });
  t.regex(error?.message ?? "", /autod\.lock can't be locked/);
  await rm(join(folder, "autod.lock"));
  await mkdir(join(folder, "autod.lock"));
  t.throws(() => lockStore(folder), { code: "DISK_FAULT" });
  t.throws(() => lockStore(join(folder, "away")), { code: "DISK_FAULT" });
});

test("a look tells whether a process holds the store, and makes nothing", async (t) => {
  const folder = await emptyFolder(t);
  t.false(isHeld(folder));
  t.false(isHeld(join(folder, "away")));
  t.deepEqual(await readdir(folder), []);
  const holder = start(t, "holder.ts", folder);
  await holder.firstLine;
  const files = await readdir(folder);
  t.true(isHeld(folder));
  t.true(isHeld(folder));
  await holder.kill();
  t.false(isHeld(folder));
  t.deepEqual(await readdir(folder), files);
});

test("a look is outwaited by who wants to hold the store", async (t) => {
  const folder = await emptyFolder(t);
  lockStore(folder)[Symbol.dispose]();
  const looker = start(t, "looker.ts", folder);
  await looker.firstLine;
  for (let times = 0; times < 20; times += 1) {
    t.notThrows(() => lockStore(folder)[Symbol.dispose]());
  }
  await looker.kill();
});

test("a lock that can't be looked at is a fault of the disk", async (t) => {
  const folder = await emptyFolder(t);
  await writeFile(join(folder, "autod.lock"), "this was never a lock\n".repeat(100));
  t.throws(() => isHeld(folder), {
    code: "DISK_FAULT",
    message: /can't be read: file is not a database$/,
  });
});
