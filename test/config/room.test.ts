import { chmod } from "node:fs/promises";
import { join } from "node:path";
import test from "ava";
import { checkRoom } from "../../src/config/room.ts";
import { folderWith } from "./written.ts";

test("a folder that is there, or can be made, will do", async (t) => {
  const home = await folderWith(t, { "there/file": "" });
  await t.notThrowsAsync(checkRoom(join(home, "there")));
  await t.notThrowsAsync(checkRoom(join(home, "there/not/yet")));
});

test("a file is no folder, nor is anything below it", async (t) => {
  const home = await folderWith(t, { file: "" });
  const error = { code: "DISK_FAULT", message: `${join(home, "file")} is no folder` };
  await t.throwsAsync(checkRoom(join(home, "file")), error);
  await t.throwsAsync(checkRoom(join(home, "file/not/yet")), error);
});

test("a folder that may not be written to won't do", async (t) => {
  if (process.getuid?.() === 0) {
    t.log("left out: root may write everywhere");
    t.pass();
    return;
  }
  const home = await folderWith(t, { "there/file": "" });
  const there = join(home, "there");
  await chmod(there, 0o500);
  t.teardown(() => chmod(there, 0o700));
  await t.throwsAsync(checkRoom(there), { message: /can't be written to \(EACCES\)/ });
  await t.throwsAsync(checkRoom(join(there, "new")), { message: /new can't be made \(EACCES\)/ });
});
