import { type BigIntStats, constants } from "node:fs";
import { type FileHandle, lstat, open } from "node:fs/promises";
import { AutodError, isErrno } from "../errors.ts";
import { fingerprint } from "../fingerprint.ts";

/** A regular file that is open for reading; it is closed with `await using`. */
export interface Regular extends AsyncDisposable {
  readonly handle: FileHandle;
  /** As it was when it was opened. Big numbers: inodes above 2^53 are common on some file systems. */
  readonly stats: BigIntStats;
}

/** Opens a regular file, never through a symbolic link and never waiting for a pipe; FILE_CHANGED if it is none. */
export async function openRegular(path: string): Promise<Regular> {
  const handle = await openUnfollowed(path);
  try {
    const stats = await handle.stat({ bigint: true });
    if (!stats.isFile()) throw notRegular(path);
    return { handle, stats, [Symbol.asyncDispose]: () => handle.close() };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** The same; null where nothing stands there. */
export async function openIfThere(path: string): Promise<Regular | null> {
  try {
    return await openRegular(path);
  } catch (error) {
    if (isErrno(error, "ENOENT", "ENOTDIR", "ENAMETOOLONG")) return null;
    throw error;
  }
}

/** What stands at a path, a link itself; null where nothing does. */
export async function lookAt(path: string): Promise<BigIntStats | null> {
  try {
    return await lstat(path, { bigint: true });
  } catch (error) {
    if (isErrno(error, "ENOENT")) return null;
    throw error;
  }
}

/** Whether a path leads to this very file (its inode), and not through a symbolic link. */
export async function leadsTo(path: string, stats: BigIntStats): Promise<boolean> {
  try {
    return isSame(await lstat(path, { bigint: true }), stats);
  } catch (error) {
    if (isErrno(error, "ENOENT", "ENOTDIR")) return false;
    throw error;
  }
}

/** Whether two looks were at one file. */
export const isSame = (a: BigIntStats, b: BigIntStats): boolean =>
  a.dev === b.dev && a.ino === b.ino;

/** Whether nobody wrote into an open file since it was opened. */
export async function isUnchanged({ handle, stats }: Regular): Promise<boolean> {
  const now = await handle.stat({ bigint: true });
  return now.size === stats.size && now.mtimeNs === stats.mtimeNs;
}

/** The SHA-256 of a whole file, in hex. */
export async function digest(handle: FileHandle): Promise<string> {
  const { sha256 } = await fingerprint(handle);
  return sha256;
}

async function openUnfollowed(path: string): Promise<FileHandle> {
  try {
    return await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    // ELOOP: a symbolic link; ENXIO: a socket.
    if (isErrno(error, "ELOOP", "ENXIO")) throw notRegular(path, error);
    throw error;
  }
}

const notRegular = (path: string, cause?: unknown): AutodError =>
  new AutodError("FILE_CHANGED", `${path} isn't a regular file`, { cause });
