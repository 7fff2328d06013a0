import { lstat, mkdir } from "node:fs/promises";
import { join, sep } from "node:path";
import { AutodError, isErrno } from "../errors.ts";

/** Where autod keeps what is its own in an inbox. */
export const ownFolderOf = (inbox: string): string => join(inbox, ".autod");

/** Makes that folder where it is missing, for its owner only; never the inbox, and never through a link. */
export async function openOwnFolder(inbox: string): Promise<string> {
  const path = ownFolderOf(inbox);
  if (await isFolder(path)) return path;
  await makeFolder(path);
  if (await isFolder(path)) return path;
  throw new AutodError("DISK_FAULT", `${path} is no folder`, {
    hint: "Something else has the name of autod's own folder; move it out of the inbox.",
  });
}

/**
 * Makes folders inside of one another where they are missing, for their owner only.
 *
 * Told to make them all at once, Node reports a disk that can't be written to as a missing folder.
 */
export async function makeFolders(top: string, below: string): Promise<void> {
  let path = top;
  for (const name of below.split(sep)) {
    path = join(path, name);
    await makeFolder(path);
  }
}

/** Makes a folder, for its owner only; false where the one that it would lie in is missing. */
export async function makeFolderIn(path: string): Promise<boolean> {
  try {
    await makeFolder(path);
    return true;
  } catch (error) {
    if (isErrno(error, "ENOENT")) return false;
    throw error;
  }
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await lstat(path)).isDirectory();
  } catch (error) {
    if (isErrno(error, "ENOENT")) return false;
    throw error;
  }
}

async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { mode: 0o700 });
  } catch (error) {
    if (!isErrno(error, "EEXIST")) throw error;
  }
}
