import { open, readFile, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { isErrno } from "../errors.ts";

/** The bytes of a file; null where there is none. */
export async function readIfAny(path: string): Promise<Buffer | null> {
  try {
    return await readFile(path);
  } catch (error) {
    if (isErrno(error, "ENOENT")) return null;
    throw error;
  }
}

/**
 * Gives a file another content, for its owner only: whole and on the disk when it resolves, or as it was.
 *
 * Beside it, whole, synced, renamed, and the folder synced: else a power cut or a full disk could tear it.
 */
export async function replaceFile(path: string, text: string): Promise<void> {
  const beside = `${path}.new`;
  await rm(beside, { force: true });
  try {
    await writeWhole(beside, Buffer.from(text));
    await rename(beside, path);
  } catch (error) {
    // Where the disk is full, others need the room.
    await rm(beside, { force: true }).catch(() => undefined);
    throw error;
  }
  await using folder = await open(dirname(path), "r");
  await folder.sync();
}

async function writeWhole(path: string, bytes: Buffer): Promise<void> {
  await using file = await open(path, "wx", 0o600);
  await file.writeFile(bytes);
  const { size } = await file.stat();
  if (size !== bytes.length) throw new Error(`${path}: ${size} of ${bytes.length} bytes`);
  await file.sync();
}
