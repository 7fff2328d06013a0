import { lstat } from "node:fs/promises";
import { isErrno } from "./errors.ts";

/** What a file is to be like: in bytes, and the number that its file system knows it by. */
interface Likeness {
  readonly size?: number;
  readonly ino?: number;
}

/** Whether a file like this stands at a path. No link is followed. */
export async function stands(path: string, like: Likeness = {}): Promise<boolean> {
  try {
    const stats = await lstat(path);
    const { size = stats.size, ino = stats.ino } = like;
    return stats.isFile() && stats.size === size && stats.ino === ino;
  } catch (error) {
    if (isErrno(error, "ENOENT", "ENOTDIR")) return false;
    throw error;
  }
}
