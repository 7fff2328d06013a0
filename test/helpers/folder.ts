import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { ExecutionContext } from "ava";
import { dir } from "tmp-promise";

const run = promisify(execFile);

/** A folder of this test's own, removed afterwards. */
export async function emptyFolder(t: ExecutionContext): Promise<string> {
  const { path, cleanup } = await dir({ unsafeCleanup: true, prefix: "autod-test-" });
  t.teardown(cleanup);
  return path;
}

/** The same on a disk that holds so many kB; null, and the test says so, where none may be mounted. */
export async function smallDisk(t: ExecutionContext, kilobytes: number): Promise<string | null> {
  const path = await emptyFolder(t);
  try {
    await run("mount", ["-t", "tmpfs", "-o", `size=${kilobytes}k,mode=0700`, "tmpfs", path]);
  } catch {
    t.log("left out: a small disk can be mounted by root on Linux only");
    t.pass();
    return null;
  }
  t.teardown(() => run("umount", ["--lazy", path]));
  return path;
}
