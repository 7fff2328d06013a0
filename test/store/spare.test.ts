import { mkdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import test from "ava";
import { openSpare } from "../../src/store/spare.ts";
import { fillDisk } from "../helpers/fill-disk.ts";
import { emptyFolder, smallDisk } from "../helpers/folder.ts";
import { openedStore } from "../helpers/opened-store.ts";
import { seededRecord } from "../helpers/seeded-store.ts";

test("room is spared once, for its owner only, and by whoever asks first", async (t) => {
  const folder = await emptyFolder(t);
  const spare = openSpare(folder);
  await Promise.all([spare.require(), spare.require(), spare.require()]);
  const { size, mode, ino } = await stat(join(folder, "spare"));
  t.is(size, 65_536);
  t.is(mode & 0o777, 0o600);
  await openSpare(folder).require();
  t.is((await stat(join(folder, "spare"))).ino, ino);
});

test("what was given up is spared again when it is asked for", async (t) => {
  const folder = await emptyFolder(t);
  const spare = openSpare(folder);
  t.false(await spare.giveUp());
  await spare.require();
  t.true(await spare.giveUp());
  await t.throwsAsync(stat(join(folder, "spare")), { code: "ENOENT" });
  await spare.require();
  t.is((await stat(join(folder, "spare"))).size, 65_536);
});

test("a folder that is gone can't be stored in", async (t) => {
  const folder = join(await emptyFolder(t), "data");
  await mkdir(folder);
  const spare = openSpare(folder);
  await spare.require();
  await rm(folder, { recursive: true });
  const error = await t.throwsAsync(spare.require(), { code: "DISK_FAULT" });
  t.regex(error?.message ?? "", /nothing can be stored in .*: no such file or directory/);
});

test("on a full disk what is in work is stored in the spared room, and nothing new is begun", async (t) => {
  const folder = await smallDisk(t, 256);
  if (folder === null) return;
  const store = await openedStore(t, folder);
  await store.requireRoom();
  await store.commit(seededRecord(1));
  const makeRoom = await fillDisk(folder);
  const large = seededRecord(2, { possibleDuplicateOf: "x".repeat(5_000) });
  await store.commit(large);
  await t.throwsAsync(store.requireRoom(), { code: "DISK_FULL" });
  await t.throwsAsync(store.requireRoom(), { code: "DISK_FULL" });
  await makeRoom();
  await store.requireRoom();
  t.is((await stat(join(folder, "spare"))).size, 65_536);
});
