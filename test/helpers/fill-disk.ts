import { open, rm } from "node:fs/promises";
import { join } from "node:path";
import { isErrno } from "../../src/errors.ts";

/** Takes up all the room that is left on the disk of `folder`; gives what makes it free again. */
export async function fillDisk(folder: string): Promise<() => Promise<void>> {
  const path = join(folder, "filler");
  await using file = await open(path, "wx");
  try {
    for (;;) await file.write(Buffer.alloc(4096, 1));
  } catch (error) {
    if (!isErrno(error, "ENOSPC")) throw error;
  }
  return () => rm(path);
}
