import { lstat, opendir, unlink } from "node:fs/promises";
import { join } from "node:path";
import { isErrno } from "../errors.ts";

/**
 * Removes the copies on their way (`.autod-*.part`) that a crash left below a root, and says how many.
 *
 * With `minimalAge` (milliseconds) only those untouched for that long. What is missing or may not be
 * entered is passed over.
 */
export async function sweepParts(root: string, minimalAge = 0): Promise<number> {
  let removed = 0;
  try {
    for await (const entry of await opendir(root)) {
      const path = join(root, entry.name);
      if (entry.isDirectory()) removed += await sweepParts(path, minimalAge);
      else if (entry.isFile() && leftover.test(entry.name)) {
        removed += await removeOld(path, minimalAge);
      }
    }
  } catch (error) {
    if (!isErrno(error, "ENOENT", "ENOTDIR", "EACCES", "EPERM")) throw error;
  }
  return removed;
}

const leftover = /^\.autod-.+\.part$/;

async function removeOld(path: string, minimalAge: number): Promise<number> {
  try {
    // Its mtime is the document's.
    const { ctimeMs } = await lstat(path);
    if (minimalAge > 0 && Date.now() - ctimeMs < minimalAge) return 0;
    await unlink(path);
    return 1;
  } catch (error) {
    if (!isErrno(error, "ENOENT", "EACCES", "EPERM")) throw error;
    return 0;
  }
}
