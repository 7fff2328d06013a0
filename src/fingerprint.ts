import { createHash, hash } from "node:crypto";
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

/** A fingerprint, and what it was made of where that is little. */
export interface Scanned extends Fingerprint {
  readonly content: Buffer<ArrayBuffer> | null;
}

/** Hashes the file at a path, never through a symbolic link and never waiting for a pipe; rejects when aborted. */
export async function fingerprintAt(path: string, signal?: AbortSignal): Promise<Fingerprint> {
  await using handle = await openAt(path);
  return await fingerprint(handle, signal);
}

/** The same of a file that is to have `size` bytes, for who needs its bytes soon again; more aren't read. */
export async function scanAt(path: string, size: number, signal?: AbortSignal): Promise<Scanned> {
  await using handle = await openAt(path);
  if (size > mostKept) return { ...(await fingerprint(handle, signal)), content: null };
  const room = Buffer.allocUnsafeSlow(size);
  let bytes = 0;
  for (let read = 1; read > 0 && bytes < size; bytes += read) {
    signal?.throwIfAborted();
    ({ bytesRead: read } = await handle.read(room, bytes, size - bytes, bytes));
  }
  const content = room.subarray(0, bytes);
  return { sha256: hash("sha256", content), bytes, content };
}

/** The largest file whose bytes are kept, in bytes: most documents are smaller. */
const mostKept = 1024 * 1024;

const openAt = (path: string) =>
  open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);

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
 * Most files end in the first, and what is left of it tells so.
 */
export async function* pieces(handle: FileHandle): AsyncGenerator<Buffer> {
  let filling: Buffer = Buffer.allocUnsafeSlow(pieceSize);
  let other: Buffer | undefined;
  let room = filling;
  let position = 0;
  for (let reading = handle.read(room, 0, room.length, 0); ;) {
    const { bytesRead } = await reading;
    if (bytesRead === 0) return;
    position += bytesRead;
    const piece = room.subarray(0, bytesRead);
    room = room.subarray(bytesRead);
    if (room.length === 0) {
      [filling, other] = [other ?? Buffer.allocUnsafeSlow(pieceSize), filling];
      room = filling;
    }
    reading = handle.read(room, 0, room.length, position);
    // Who stops half-way must not be surprised by how the last read ended.
    reading.catch(() => undefined);
    yield piece;
  }
}
