import { type FileHandle, open, readFile, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { isErrno } from "../errors.ts";
import { syncFolder } from "../sync.ts";

/** The bytes of a file; null where there is none. */
export async function readIfAny(path: string): Promise<Buffer | null> {
  try {
    return await readFile(path);
  } catch (error) {
    if (isErrno(error, "ENOENT")) return null;
    throw error;
  }
}

/** Gives a file another content, for its owner only: whole and on the disk when it resolves, or as it was. */
export async function replaceFile(path: string, content: string | Uint8Array): Promise<void> {
  await using beside = await writeBeside(path, [Buffer.from(content)]);
  await beside.put();
}

/** A new content for a file that lies whole and durable beside it; disposing removes what wasn't put in its place. */
export interface Beside extends AsyncDisposable {
  readonly put: () => Promise<void>;
}

/**
 * Writes beside a file, piece by piece, what is to take its place.
 *
 * Beside it, whole, synced, renamed, and the folder synced: else a power cut or a full disk could tear it.
 */
export async function writeBeside(
  path: string,
  pieces: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
): Promise<Beside> {
  const beside = besideOf(path);
  // Where the disk is full, others need the room.
  const remove = () => removeBeside(path).catch(() => undefined);
  await removeBeside(path);
  try {
    await using file = await open(beside, "wx", 0o600);
    await pour(pieces, file, beside);
    await file.sync();
  } catch (error) {
    await remove();
    throw error;
  }
  return {
    async put() {
      await rename(beside, path);
      await syncFolder(dirname(path));
    },
    [Symbol.asyncDispose]: remove,
  };
}

/** Removes what a crash left beside a file. */
export const removeBeside = (path: string): Promise<void> => rm(besideOf(path), { force: true });

const besideOf = (path: string): string => `${path}.new`;

async function pour(
  pieces: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  file: FileHandle,
  path: string,
): Promise<void> {
  let expected = 0;
  for await (const piece of pieces) {
    await file.writeFile(piece);
    expected += piece.length;
  }
  const { size } = await file.stat();
  if (size !== expected) throw new Error(`${path}: ${size} of ${expected} bytes`);
}
