import { constants } from "node:fs";
import { copyFile, link, open, rm } from "node:fs/promises";
import { AutodError, isErrno } from "../errors.ts";

/** Writes a text beside the place of a file, whole and on the disk; gives where. Throws DISK_FAULT. */
export async function writeBeside(file: string, text: string, mode: number): Promise<string> {
  const beside = `${file}.new`;
  try {
    await rm(beside, { force: true });
    await using handle = await open(beside, "wx", mode);
    await handle.writeFile(text);
    await handle.sync();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new AutodError("DISK_FAULT", `${file} can't be written: ${reason}`, { cause });
  }
  return beside;
}

/** Puts what was written beside in place, never over another file: EEXIST where there is one. */
export async function placeNew(beside: string, file: string): Promise<void> {
  await link(beside, file).catch(async (error: unknown) => {
    if (isErrno(error, "EEXIST")) throw error;
    // Some file systems have no links.
    await copyFile(beside, file, constants.COPYFILE_EXCL);
  });
  await rm(beside, { force: true });
}
