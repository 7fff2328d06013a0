import { lstat } from "node:fs/promises";
import { setTimeout } from "node:timers/promises";
import { isErrno } from "../errors.ts";

/**
 * Waits until a file has been quiet for `quiet` milliseconds: seen twice, with the same size and times.
 *
 * Gives false when it is gone meanwhile. What a file's own times say of its age doesn't count, since copies
 * keep them.
 */
export async function settled(path: string, quiet: number, signal: AbortSignal): Promise<boolean> {
  let before = await traits(path);
  while (before !== null) {
    await setTimeout(quiet, undefined, { signal });
    const now = await traits(path);
    if (now === before) return true;
    before = now;
  }
  return false;
}

async function traits(path: string): Promise<string | null> {
  try {
    const { dev, ino, size, mtimeNs, ctimeNs } = await lstat(path, { bigint: true });
    return [dev, ino, size, mtimeNs, ctimeNs].join(" ");
  } catch (error) {
    if (isErrno(error, "ENOENT", "ENOTDIR")) return null;
    throw error;
  }
}
