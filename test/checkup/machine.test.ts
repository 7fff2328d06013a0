import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import test from "ava";
import { checkNode } from "../../src/checkup/node.ts";
import { checkWatches } from "../../src/checkup/watches.ts";
import { emptyFolder } from "../helpers/folder.ts";

for (const [version, state] of [
  ["v24.15.0", "well"],
  ["v24.21.3", "well"],
  ["v26.0.0", "well"],
  ["v24.14.9", "warning"],
  ["v22.22.0", "warning"],
] as const) {
  test(`Node ${version} is ${state} where 24.15 or newer is wanted`, (t) => {
    t.is(checkNode(version, ">=24.15").state, state);
  });
}

/** What Linux tells of two processes that watch so many folders each, with these limits. */
async function processes(proc: string, watches: number, limits: readonly [number, number]) {
  const settings = join(proc, "sys/fs/inotify");
  await mkdir(settings, { recursive: true });
  await writeFile(join(settings, "max_user_watches"), `${limits[0]}\n`);
  await writeFile(join(settings, "max_user_instances"), `${limits[1]}\n`);
  for (const pid of ["7", "8"]) {
    for (const folder of ["fd", "fdinfo"]) {
      await mkdir(join(proc, pid, folder), { recursive: true });
    }
    await symlink("/dev/null", join(proc, pid, "fd", "0"));
    await symlink("anon_inode:inotify", join(proc, pid, "fd", "9"));
    const lines = "inotify wd:1 ino:2 sdev:3 mask:4\n".repeat(watches);
    await writeFile(join(proc, pid, "fdinfo", "9"), `pos:\t0\n${lines}`);
  }
}

test("that few watches are left is told before there are none", async (t) => {
  const proc = await emptyFolder(t);
  await processes(proc, 45, [100, 3]);
  const [watches, ...others] = await checkWatches(proc);
  t.like(watches, { state: "warning", message: "90 of 100 inotify watches are in use" });
  t.regex(watches?.hint ?? "", /sudo sysctl fs\.inotify\.max_user_watches=400;/);
  t.deepEqual(others, []);
});

test("that few instances are left is told too", async (t) => {
  const proc = await emptyFolder(t);
  await processes(proc, 1, [100, 2]);
  t.like(await checkWatches(proc), [
    { state: "warning", message: "2 of 2 inotify instances are in use" },
  ]);
});

test("where there is enough of both that is said, and where there is no limit nothing", async (t) => {
  const proc = await emptyFolder(t);
  t.deepEqual(await checkWatches(proc), []);
  await processes(proc, 44, [100, 3]);
  t.like(await checkWatches(proc), [{ state: "well" }]);
});
