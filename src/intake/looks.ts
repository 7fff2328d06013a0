import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { isErrno } from "../errors.ts";

/** Programs write junk before the beginning and behind the end; so far in, it is looked for. */
const [headBytes, tailBytes] = [1024, 2048];

/**
 * Whether a file of `size` bytes has the beginning and the end of a PDF.
 *
 * Also true of what can't be looked into: it isn't worth waiting for, and claiming it says why.
 */
export async function looksComplete(path: string | Buffer, size: number): Promise<boolean> {
  try {
    const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
    await using handle = await open(path, flags);
    const [head, tail] = await Promise.all([
      piece(handle, 0, headBytes),
      piece(handle, Math.max(0, size - tailBytes), tailBytes),
    ]);
    return head.includes("%PDF-") && tail.includes("%%EOF");
  } catch (error) {
    // Who waits will find that it is gone; or a file server's client has it open, and was just asked to let go of it.
    return !isErrno(error, "ENOENT", "EAGAIN");
  }
}

async function piece(handle: FileHandle, from: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, from);
  return buffer.subarray(0, bytesRead);
}
