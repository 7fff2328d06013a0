import { mkdir, readdir, symlink } from "node:fs/promises";
import { join } from "node:path";
import test from "ava";
import { sweepParts } from "../../src/filing/sweep.ts";
import { failing, replaceCall, errno } from "./failing.ts";
import { room, saved } from "./rooms.ts";

test.serial("leftover copies go, at any depth, and nothing else does", async (t) => {
  const root = await room(t);
  const outside = await room(t);
  await saved(join(outside, ".autod-z.part"));
  await symlink(outside, join(root, "link"));
  await symlink(join(outside, ".autod-z.part"), join(root, ".autod-link.part"));
  await mkdir(join(root, ".autod-folder.part"));
  const kept = [".autod-.part", "autod-a.part", ".autod-a.part.pdf", "a.pdf"];
  for (const name of kept) await saved(join(root, "a", name));
  await saved(join(root, ".autod-3f2a.part"));
  await saved(join(root, "a", "b", ".autod-3f2a-1.reason.part"));
  t.is(await sweepParts(root), 2);
  t.deepEqual((await readdir(root)).toSorted(), [
    ".autod-folder.part",
    ".autod-link.part",
    "a",
    "link",
  ]);
  t.deepEqual((await readdir(join(root, "a"))).toSorted(), [...kept, "b"].toSorted());
  t.is((await readdir(outside)).length, 1);
});

test.serial("with a minimal age, younger copies stay", async (t) => {
  const root = await room(t);
  await saved(join(root, ".autod-3f2a.part"));
  t.is(await sweepParts(root, 3_600_000), 0);
  t.is(await sweepParts(root, 0), 1);
});

test.serial("a root that is away is passed over", async (t) => {
  t.is(await sweepParts(join(await room(t), "away")), 0);
});

test.serial(
  "what may not be removed is passed over, what the disk refuses is an error",
  async (t) => {
    const root = await room(t);
    await saved(join(root, ".autod-3f2a.part"));
    failing(t, "unlink", "EACCES");
    t.is(await sweepParts(root), 0);
    replaceCall(t, "unlink", () => Promise.reject(errno("EIO", "unlink")));
    await t.throwsAsync(sweepParts(root), { code: "EIO" });
  },
);
