import { constants } from "node:fs";
import { access, stat, statfs } from "node:fs/promises";
import { AutodError, isErrno, reasonIn } from "../errors.ts";

/** Asked of each document before it is taken, and again before it is paid for. */
export type RequireCapacity = typeof requireCapacity;

/**
 * The same as `requireCapacity`, but that a root which lies on one disk with the inbox, and can be written to, is
 * so for a second (`now` in milliseconds): what changes in between, whoever files there meets it.
 */
export function openCapacity(now: () => number = () => performance.now()): RequireCapacity {
  const known = new Map<string, number>();
  return async (from, root, bytes) => {
    const key = `${from}\0${root}`;
    if (now() < (known.get(key) ?? 0)) return true;
    const isWithin = await requireCapacity(from, root, bytes);
    if (isWithin) known.set(key, now() + 1_000);
    return isWithin;
  };
}

/**
 * Resolves where a file of so many bytes can be moved from one root into another; throws DISK_FULL or DISK_FAULT
 * where the disk would refuse it, as far as that is known beforehand. Tells whether nothing would be copied, for the
 * two roots lie on one disk.
 */
export async function requireCapacity(from: string, root: string, bytes: number): Promise<boolean> {
  try {
    const there = await stat(root);
    // Of a root that is no folder, or is away, others know more.
    if (!there.isDirectory()) return false;
    await access(root, constants.W_OK);
    if (there.dev === (await stat(from)).dev) return true;
    const { bavail, bsize, files, ffree } = await statfs(root);
    if (bavail * bsize < bytes + MARGIN) throw full(root, "room");
    // Where inodes aren't counted, both are 0.
    if (files > 0 && ffree === 0) throw full(root, "inodes");
    return false;
  } catch (error) {
    if (error instanceof AutodError) throw error;
    if (isErrno(error, "ENOENT", "ENOTDIR")) return false;
    const message = `nothing can be filed in ${root}: ${reasonIn(error)}`;
    throw new AutodError("DISK_FAULT", message, { cause: error });
  }
}

/** Bytes for folders, names, and the reason beside a document in quarantine. */
const MARGIN = 64 * 1024;

const full = (root: string, what: string): AutodError =>
  new AutodError("DISK_FULL", `${root} has no ${what} left`);
