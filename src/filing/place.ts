import { link, lstat, open, readFile, rename, unlink } from "node:fs/promises";
import { isErrno } from "../errors.ts";
import { leadsTo } from "./regular.ts";

/**
 * Gives a file the name `to` on its file system, never over another file: EEXIST if the name is taken.
 *
 * Afterwards the file may still have its old name as well (it was linked), or no more (where links
 * don't exist the new name is reserved exclusively, and the file renamed over the reservation).
 */
export async function place(from: string, to: string, mark: string): Promise<void> {
  try {
    await link(from, to);
  } catch (error) {
    const isUnable = isErrno(error, "EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK");
    const isLeftover = isErrno(error, "EEXIST") && (await isReserved(to, mark));
    if (!isUnable && !isLeftover) throw error;
    await placeByRename(from, to, mark);
  }
}

/** Whether a name is only taken by what `place` itself left there for this mark when it was killed. */
export async function isReserved(path: string, mark: string): Promise<boolean> {
  try {
    const stats = await lstat(path);
    const expected = reservation(mark);
    if (!stats.isFile() || stats.size !== expected.length) return false;
    return (await readFile(path, "latin1")) === expected;
  } catch (error) {
    if (isErrno(error, "ENOENT", "EACCES", "EPERM")) return false;
    throw error;
  }
}

async function placeByRename(from: string, to: string, mark: string): Promise<void> {
  await reserve(to, mark);
  try {
    await rename(from, to);
  } catch (error) {
    if (await isReserved(to, mark)) await unlink(to);
    throw error;
  }
}

async function reserve(path: string, mark: string): Promise<void> {
  try {
    await using handle = await open(path, "wx", 0o600);
    try {
      await handle.writeFile(reservation(mark));
    } catch (error) {
      if (await leadsTo(path, await handle.stat({ bigint: true }))) await unlink(path);
      throw error;
    }
  } catch (error) {
    if (!isErrno(error, "EEXIST") || !(await isReserved(path, mark))) throw error;
  }
}

/** Tells a reservation that a crash left behind from an empty file of somebody else. */
const reservation = (mark: string): string => `reserved by autod for ${mark}\n`;
