import { constants } from "node:fs";
import { access, stat, statfs } from "node:fs/promises";
import { AutodError, isErrno, reasonIn } from "../errors.ts";

/**
 * Resolves where a file of so many bytes can be moved from one root into another; throws DISK_FULL or DISK_FAULT
 * where the disk would refuse it, as far as that is known beforehand.
 */
export async function requireCapacity(from: string, root: string, bytes: number): Promise<void> {
  try {
    const there = await stat(root);
    // Of a root that is no folder, or is away, others know more.
    if (!there.isDirectory()) return;
    await access(root, constants.W_OK);
    // Within a disk nothing is copied.
    if (there.dev === (await stat(from)).dev) return;
    const { bavail, bsize, files, ffree } = await statfs(root);
    if (bavail * bsize < bytes + MARGIN) throw full(root, "room");
    // Where inodes aren't counted, both are 0.
    if (files > 0 && ffree === 0) throw full(root, "inodes");
  } catch (error) {
    if (error instanceof AutodError) throw error;
    if (isErrno(error, "ENOENT", "ENOTDIR")) return;
    const message = `nothing can be filed in ${root}: ${reasonIn(error)}`;
    throw new AutodError("DISK_FAULT", message, { cause: error });
  }
}

/** Bytes for folders, names, and the reason beside a document in quarantine. */
const MARGIN = 64 * 1024;

const full = (root: string, what: string): AutodError =>
  new AutodError("DISK_FULL", `${root} has no ${what} left`);
