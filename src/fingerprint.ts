import { createHash } from "node:crypto";
import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";

/** Who a document is: its bytes and nothing else. */
export interface Fingerprint {
  /** In hex. */
  readonly sha256: string;
  readonly bytes: number;
}

/** The most that is read at once, in bytes. */
export const pieceSize = 256 * 1024;

/** Hashes the file at a path, never through a symbolic link and never waiting for a pipe; rejects when aborted. */
export async function fingerprintAt(path: string, signal?: AbortSignal): Promise<Fingerprint> {
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  await using handle = await open(path, flags);
  return await fingerprint(handle, signal);
}

/** Hashes a whole file from its beginning; rejects when aborted. */
export async function fingerprint(handle: FileHandle, signal?: AbortSignal): Promise<Fingerprint> {
  const digest = createHash("sha256");
  let bytes = 0;
  for await (const piece of pieces(handle)) {
    signal?.throwIfAborted();
    digest.update(piece);
    bytes += piece.length;
  }
  return { sha256: digest.digest("hex"), bytes };
}

/**
 * Everything in a file from its beginning, piece by piece; a piece is only good until the next.
 *
 * Two buffers take turns, so that one is filled while the other is used, and a file of any size costs no more.
 */
export async function* pieces(handle: FileHandle): AsyncGenerator<Buffer> {
  let filling = Buffer.allocUnsafeSlow(pieceSize);
  let using = Buffer.allocUnsafeSlow(pieceSize);
  let position = 0;
  for (let reading = handle.read(filling, 0, pieceSize, 0); ;) {
    const { bytesRead } = await reading;
    if (bytesRead === 0) return;
    position += bytesRead;
    [filling, using] = [using, filling];
    reading = handle.read(filling, 0, pieceSize, position);
    // Who stops half-way must not be surprised by how the last read ended.
    reading.catch(() => undefined);
    yield using.subarray(0, bytesRead);
  }
}
