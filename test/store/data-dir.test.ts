import { mkdir, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import test from "ava";
import { openDataDir, readInstance } from "../../src/store/data-dir.ts";
import { openStore } from "../../src/store/store.ts";
import { emptyFolder } from "../helpers/folder.ts";
import { seededRecord } from "../helpers/seeded-store.ts";

const modeOf = async (path: string) => ((await stat(path)).mode & 0o777).toString(8);

test("the dataDir is made for its owner only, with the folders above it", async (t) => {
  const path = join(await emptyFolder(t), "deep", "data");
  using dataDir = await openDataDir(path);
  t.is(dataDir.path, path);
  t.is(await modeOf(path), "700");
  {
    await using store = await openStore(path);
    await store.commit(seededRecord(1));
    await store.commit(seededRecord(2));
  }
  for (const name of ["documents.json", "journal.jsonl"]) {
    t.is(await modeOf(join(path, name)), "600");
  }
  t.is(await modeOf(join(path, "instance")), "600");
  const files = (await readdir(path)).filter((name) => !name.startsWith("autod.lock"));
  t.deepEqual(files.toSorted(), ["documents.json", "holder.json", "instance", "journal.jsonl"]);
});

test("a dataDir keeps its instance id, and no two have the same", async (t) => {
  const folder = await emptyFolder(t);
  const [one, other] = [join(folder, "one"), join(folder, "other")];
  const opened = async (path: string) => {
    using dataDir = await openDataDir(path);
    return dataDir.instance;
  };
  const instance = await opened(one);
  t.regex(instance, /^[0-9a-f]{32}$/);
  t.is(await opened(one), instance);
  t.is(await readInstance(one), instance);
  t.not(await opened(other), instance);
});

test("a dataDir that was never used has no instance id", async (t) => {
  const folder = await emptyFolder(t);
  t.is(await readInstance(folder), undefined);
  t.is(await readInstance(join(folder, "away")), undefined);
  t.deepEqual(await readdir(folder), []);
});

test("an id that was begun when the power went is made anew", async (t) => {
  const folder = await emptyFolder(t);
  await writeFile(join(folder, "instance.new"), "3f2a");
  using dataDir = await openDataDir(folder);
  t.regex(dataDir.instance, /^[0-9a-f]{32}$/);
  t.is(await readFile(join(folder, "instance"), "utf8"), `${dataDir.instance}\n`);
});

test("an instance id that is damaged is refused rather than replaced", async (t) => {
  const folder = await emptyFolder(t);
  await writeFile(join(folder, "instance"), "\n");
  await t.throwsAsync(openDataDir(folder), { code: "STORE_DAMAGED" });
  await t.throwsAsync(readInstance(folder), { code: "STORE_DAMAGED" });
  t.is(await readFile(join(folder, "instance"), "utf8"), "\n");
});

test("where opening fails the lock is let go of", async (t) => {
  const folder = await emptyFolder(t);
  await mkdir(join(folder, "instance"));
  await t.throwsAsync(openDataDir(folder), { code: "EISDIR" });
  await rm(join(folder, "instance"), { recursive: true });
  using dataDir = await openDataDir(folder);
  t.truthy(dataDir.instance);
});

test("a dataDir that is let go of can be opened again", async (t) => {
  const folder = await emptyFolder(t);
  const first = await openDataDir(folder);
  await t.throwsAsync(openDataDir(folder), { code: "STORE_LOCKED" });
  first[Symbol.dispose]();
  using again = await openDataDir(folder);
  t.is(again.instance, first.instance);
});
