import { existsSync } from "node:fs";
import { mkdir, readFile, realpath, rename, rm, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import test from "ava";
import { openRoots, sweepRoots } from "../../src/intake/roots.ts";
import { captureLogs } from "../helpers/capture-logs.ts";
import { type Home, makeHome } from "../helpers/home.ts";
import { rootsOf } from "../helpers/roots.ts";
import { seededRecord, seededWork } from "../helpers/seeded-store.ts";

/** The roots of a home, each look at which takes what lies at or below `disk` for another disk while that is mounted. */
async function withDisk(home: Home) {
  await mkdir(home.config.dataDir, { recursive: true });
  const mounted = new Set<string>();
  const lookAt = async (path: string) => {
    const { ino } = await stat(path, { bigint: true });
    const real = await realpath(path);
    const disks = [...mounted].filter((disk) => real === disk || real.startsWith(`${disk}/`));
    return { ino, dev: BigInt(disks.length) };
  };
  const remembered = async () =>
    JSON.parse(await readFile(join(home.config.dataDir, "roots.json"), "utf8")) as unknown;
  return {
    mounted,
    remembered,
    roots: openRoots(home.config, { remembers: true }, lookAt),
    looking: openRoots(home.config, { remembers: false }, lookAt),
  };
}

const message = (disk: string) =>
  `is on no disk of its own any more, as it was (mounted at ${disk})`;

test("the first root of a folder that is missing is named, and none is made", async (t) => {
  await using home = await makeHome();
  const [folder] = home.config.folders;
  const roots = rootsOf(home);
  t.is(await roots.of(folder!), null);
  await rm(home.quarantine, { recursive: true });
  t.like(await roots.of(folder!), { root: home.quarantine, why: "doesn't exist" });
  await t.throwsAsync(roots.require(home.quarantine), {
    code: "FOLDER_MISSING",
    message: `${home.quarantine} doesn't exist`,
  });
  await t.notThrowsAsync(roots.require(home.archive));
  t.false(existsSync(home.quarantine));
});

test("a root that is no folder, or a link that leads nowhere, is offline", async (t) => {
  await using home = await makeHome();
  const roots = rootsOf(home);
  await rename(home.archive, `${home.archive}.real`);
  await symlink(`${home.archive}.real`, home.archive);
  t.is(await roots.at(home.archive), null, "a link to a folder is one");
  await rename(`${home.archive}.real`, `${home.archive}.away`);
  t.like(await roots.at(home.archive), { why: "doesn't exist" });
  await rm(home.quarantine, { recursive: true });
  await writeFile(home.quarantine, "a file");
  t.like(await roots.at(home.quarantine), { why: "is no folder" });
});

test("a root whose disk isn't mounted any more is offline until it is", async (t) => {
  await using home = await makeHome();
  const { roots, looking, mounted, remembered } = await withDisk(home);
  mounted.add(home.archive);
  t.is(await roots.at(home.archive), null);
  t.deepEqual(await remembered(), { [home.archive]: home.archive });

  mounted.clear();
  const away = await roots.at(home.archive);
  t.like(away, { root: home.archive, why: message(home.archive) });
  t.is(away?.error.code, "FOLDER_MISSING");
  t.regex(away?.error.hint ?? "", /remove its line from .*roots\.json\.$/);
  t.like(await looking.at(home.archive), { why: message(home.archive) });
  t.deepEqual(await remembered(), { [home.archive]: home.archive }, "it is waited for");

  mounted.add(home.archive);
  t.is(await roots.at(home.archive), null);
});

test("a disk that was mounted below the last one is remembered anew", async (t) => {
  await using home = await makeHome();
  const { roots, mounted, remembered } = await withDisk(home);
  t.is(await roots.at(home.archive), null);
  t.deepEqual(await remembered(), { [home.archive]: "/" });
  mounted.add(home.folder);
  t.is(await roots.at(home.archive), null);
  mounted.add(home.archive);
  t.is(await roots.at(home.archive), null);
  t.deepEqual(await remembered(), { [home.archive]: home.archive });
  mounted.delete(home.archive);
  t.like(await roots.at(home.archive), { why: message(home.archive) });
});

test("a link is known by the disk that it leads to", async (t) => {
  await using home = await makeHome();
  const { roots, mounted, remembered } = await withDisk(home);
  const [disk, other] = [join(home.folder, "disk"), join(home.folder, "other")];
  await rename(home.archive, disk);
  await symlink(disk, home.archive);
  mounted.add(disk);
  t.is(await roots.at(home.archive), null);
  mounted.delete(disk);
  t.like(await roots.at(home.archive), { why: message(disk) });

  await mkdir(other);
  mounted.add(other);
  await rm(home.archive);
  await symlink(other, home.archive);
  t.is(await roots.at(home.archive), null, "somebody made it lead elsewhere");
  t.deepEqual(await remembered(), { [home.archive]: other });
});

test("who says that a root was moved on purpose is believed at once", async (t) => {
  await using home = await makeHome();
  const { roots, mounted, remembered } = await withDisk(home);
  mounted.add(home.folder);
  for (const root of [home.inbox, home.archive]) t.is(await roots.at(root), null);
  mounted.clear();
  t.not(await roots.at(home.archive), null);
  const file = join(home.config.dataDir, "roots.json");
  await writeFile(file, JSON.stringify({ [home.inbox]: home.folder }));
  t.is(await roots.at(home.archive), null);
  t.not(await roots.at(home.inbox), null);
  t.deepEqual(await remembered(), { [home.archive]: "/", [home.inbox]: home.folder });
});

test("who only looks remembers nothing", async (t) => {
  await using home = await makeHome();
  const { looking } = await withDisk(home);
  const [folder] = home.config.folders;
  t.is(await looking.of(folder!), null);
  t.false(existsSync(join(home.config.dataDir, "roots.json")));
});

test("all roots are remembered, though they are looked at side by side", async (t) => {
  await using home = await makeHome();
  const { roots, remembered } = await withDisk(home);
  const all = [home.archive, home.inbox, home.quarantine];
  await Promise.all(all.map(roots.at));
  t.deepEqual(await remembered(), Object.fromEntries(all.map((root) => [root, "/"])));
});

for (const [what, text] of [
  ["is no JSON", "{"],
  ["says something else", '{"/a": 1}'],
  ["is empty", ""],
] as const) {
  test(`what is remembered and ${what} keeps all roots offline until somebody looks at it`, async (t) => {
    await using home = await makeHome();
    const { roots } = await withDisk(home);
    const file = join(home.config.dataDir, "roots.json");
    await writeFile(file, text);
    const away = await roots.at(home.archive);
    t.is(away?.error.code, "STORE_DAMAGED");
    t.regex(away?.why ?? "", /may be an empty mount point: .*roots\.json doesn't say/);
    t.is(await readFile(file, "utf8"), text);
    await rm(file);
    t.is(await roots.at(home.archive), null);
  });
}

test("a path is hidden by any root above it that is offline, also by one that left the configuration", async (t) => {
  await using home = await makeHome();
  const { roots, mounted } = await withDisk(home);
  const paper = join(home.archive, "2026/a.pdf");
  t.is(await roots.above(paper), null);
  await rm(home.archive, { recursive: true });
  t.like(await roots.above(paper), { root: home.archive });
  t.is(await roots.above(join(home.inbox, "a.pdf")), null);
  t.is(await roots.above(`${home.archive} 2/a.pdf`), null);

  const old = join(home.folder, "Old");
  await mkdir(old);
  const file = join(home.config.dataDir, "roots.json");
  await writeFile(file, JSON.stringify({ [old]: old }));
  t.like(await roots.above(join(old, "a.pdf")), { root: old, why: message(old) });
  mounted.add(old);
  t.is(await roots.above(join(old, "a.pdf")), null);
  await writeFile(file, JSON.stringify({ [old]: "/" }));
  await rm(old, { recursive: true });
  t.is(await roots.above(join(old, "a.pdf")), null, "it was removed, not unmounted");
});

test("a document that was about to be filed may stand in an archive that is offline", async (t) => {
  await using home = await makeHome();
  const roots = rootsOf(home);
  const staged = await home.drop("staged.pdf", "bytes");
  const work = seededWork(staged, "file");
  const record = seededRecord(1, { status: "processing", folder: "scans", filedAs: null, work });
  await rm(home.archive, { recursive: true });
  t.is(await roots.hiding(record), null);
  await rm(staged);
  t.like(await roots.hiding(record), { root: home.archive });
  t.is(await roots.hiding({ ...record, work: { ...work, step: "claimed" } }), null);
});

test("copies that a crash left are removed once nobody can be at them, and nothing else is", async (t) => {
  await using home = await makeHome();
  const { folders } = home.config;
  const log = captureLogs();
  await mkdir(join(home.archive, "2026"));
  const parts = ["Archive/2026/.autod-1-a.part", "Quarantine/.autod-2-b.part"];
  const others = ["Archive/2026/bill.pdf", "Archive/holiday.part"];
  for (const file of [...parts, ...others]) await writeFile(join(home.folder, file), "bytes");

  await sweepRoots(folders, rootsOf(home), log.logger);
  t.deepEqual(await home.filed(), [...parts, ...others].toSorted(), "they may be under way");

  await setTimeout(30);
  await sweepRoots(folders, rootsOf(home), log.logger, 20);
  t.deepEqual(await home.filed(), others.toSorted());
  t.deepEqual(
    log.lines().map(({ removed }) => removed),
    [0, 0, 1, 1],
  );
});
