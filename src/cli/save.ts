import { randomBytes } from "node:crypto";
import { createWriteStream } from "node:fs";
import { lstat, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { AutodError, isErrno } from "../errors.ts";
import { place } from "../filing/place.ts";

/** A stream of text, and what it goes through on its way. */
export type Text = readonly [
  NodeJS.ReadableStream,
  ...(NodeJS.ReadableStream & NodeJS.WritableStream)[],
];

interface How {
  /** Whether a file that is there already may be replaced. */
  readonly replace: boolean;
  readonly signal: AbortSignal;
}

/**
 * Writes a file for its owner only: whole when it resolves, and else as it was. Never over another file unless
 * it is told to; what the system says names the file.
 */
export async function save(path: string, text: Text, { replace, signal }: How): Promise<void> {
  const mark = randomBytes(6).toString("hex");
  const beside = join(dirname(path), `.autod-${mark}.part`);
  try {
    await requireFree(path, replace);
    const file = createWriteStream(beside, { flags: "wx", mode: 0o600, flush: true });
    await pipeline([...text, file], { signal });
    if (replace) await rename(beside, path);
    else await place(beside, path, mark);
  } catch (error) {
    if (isErrno(error, "EEXIST")) throw taken(path);
    // What was written beside it is nobody's business.
    if (error instanceof Error && "syscall" in error) Object.assign(error, { path });
    throw error;
  } finally {
    await rm(beside, { force: true });
  }
}

/** Before anything is written; who takes the name meanwhile keeps it, too. */
async function requireFree(path: string, replace: boolean): Promise<void> {
  const stats = await lstat(path).catch((error: unknown) => {
    if (isErrno(error, "ENOENT")) return null;
    throw error;
  });
  if (stats === null) return;
  if (!stats.isFile()) throw new AutodError("ARGUMENT_INVALID", `${path} is no regular file`);
  if (!replace) throw taken(path);
}

const taken = (path: string): AutodError =>
  new AutodError("ARGUMENT_INVALID", `${path} exists already`, {
    hint: "Take another name, or replace it with --force.",
  });
