import { lstat, statfs } from "node:fs/promises";
import { basename } from "node:path";
import { AutodError, isErrno } from "../errors.ts";

/**
 * What a failed move means for the work: a full disk, a fault of the disk, a missing folder or file.
 *
 * Everything the system refuses is trouble with the disk, never the document's fault. What no
 * system call said is handed back as it is.
 */
export async function trouble(
  error: unknown,
  { from, root }: { readonly from: string; readonly root: string },
): Promise<unknown> {
  if (!isRefusal(error)) return error;
  const { message } = error;
  const options = { cause: error };
  if (isErrno(error, "ENOSPC", "EDQUOT")) {
    const what = (await hasInodes(root)) ? "room" : "inodes";
    return new AutodError("DISK_FULL", `${root} has no ${what} left`, options);
  }
  if (isErrno(error, "ENOENT")) {
    if (await isGone(root)) return missingRoot(root, error);
    if (await isGone(from)) return missingFile(from, error);
  }
  return new AutodError(
    "DISK_FAULT",
    `${basename(from)} can't be moved into ${root}: ${message}`,
    options,
  );
}

/** Whether it was the system that refused something. */
export const isRefusal = (error: unknown): error is NodeJS.ErrnoException =>
  error instanceof Error && "syscall" in error;

export const missingRoot = (root: string, cause?: unknown): AutodError =>
  new AutodError("FOLDER_MISSING", `the folder ${root} is missing`, { cause });

export const missingFile = (from: string, cause?: unknown): AutodError =>
  new AutodError("FILE_MISSING", `${from} is gone`, { cause });

/** Whether something, be it a broken link, stands under this path. */
export async function exists(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    if (isErrno(error, "ENOENT", "ENOTDIR", "ENAMETOOLONG")) return false;
    throw error;
  }
}

async function isGone(path: string): Promise<boolean> {
  // One that may not even be looked at isn't gone.
  return !(await exists(path).catch(() => true));
}

async function hasInodes(root: string): Promise<boolean> {
  try {
    const { files, ffree } = await statfs(root);
    // Where inodes aren't counted, both are 0.
    return files === 0 || ffree > 0;
  } catch {
    return true;
  }
}
