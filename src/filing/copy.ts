import { createHash } from "node:crypto";
import type { BigIntStats, Stats } from "node:fs";
import { type FileHandle, open, unlink } from "node:fs/promises";
import { dirname } from "node:path";
import { AutodError, isErrno } from "../errors.ts";
import { pieces } from "../fingerprint.ts";
import { digest, isUnchanged, leadsTo, type Regular } from "./regular.ts";
import { shareRights } from "./rights.ts";

/** A durable copy that was read back and found equal. Disposing it removes the name that it was made under. */
export interface Copy extends AsyncDisposable {
  readonly path: string;
  readonly stats: BigIntStats;
  readonly sha256: string;
}

/**
 * Copies a file to `path` with its time and with the rights of `root`, in place of what an earlier try left there.
 *
 * FILE_CHANGED if the source changes meanwhile or isn't the bytes of `sha256`; whatever fails, no copy is left.
 */
export async function copy(
  source: Regular,
  path: string,
  root: Stats,
  sha256?: string,
): Promise<Copy> {
  await unlinkLeftover(path);
  await using handle = await open(path, "wx+", 0o600);
  const made = await handle.stat({ bigint: true });
  const remove = async () => {
    if (await leadsTo(path, made)) await unlink(path);
  };
  try {
    const read = await pour(source.handle, handle);
    await checkSource(source, read, path, sha256);
    await keepTime(source, handle);
    await shareRights(handle, root, 0o666, 0o600);
    // A second fsync on this handle would say "done" about pages that were dropped: it fails once, and for good.
    await handle.sync();
    await checkCopy(path, handle, read);
    const stats = await handle.stat({ bigint: true });
    return { path, stats, sha256: read.sha256, [Symbol.asyncDispose]: remove };
  } catch (error) {
    // What went wrong first is what is told.
    await remove().catch(() => undefined);
    throw error;
  }
}

interface Poured {
  readonly bytes: bigint;
  readonly sha256: string;
}

async function unlinkLeftover(path: string): Promise<void> {
  try {
    await unlink(path);
  } catch (error) {
    if (!isErrno(error, "ENOENT")) throw error;
  }
}

async function pour(from: FileHandle, to: FileHandle): Promise<Poured> {
  const hash = createHash("sha256");
  let bytes = 0n;
  for await (const piece of pieces(from)) {
    hash.update(piece);
    // Unlike `write` this goes on after a short write.
    await to.writeFile(piece);
    bytes += BigInt(piece.length);
  }
  return { bytes, sha256: hash.digest("hex") };
}

async function checkSource(
  source: Regular,
  read: Poured,
  path: string,
  sha256?: string,
): Promise<void> {
  const whole = read.bytes === source.stats.size && (await isUnchanged(source));
  if (whole && (sha256 === undefined || sha256 === read.sha256)) return;
  throw new AutodError(
    "FILE_CHANGED",
    `the file changed while it was copied into ${dirname(path)}`,
  );
}

async function keepTime({ stats }: Regular, handle: FileHandle): Promise<void> {
  try {
    await handle.utimes(Number(stats.atimeNs) / 1e9, Number(stats.mtimeNs) / 1e9);
  } catch {
    // Some network file systems don't let times be set: better there with another time than not at all.
  }
}

async function checkCopy(path: string, handle: FileHandle, expected: Poured): Promise<void> {
  const { size } = await handle.stat({ bigint: true });
  if (size === expected.bytes && (await digest(handle)) === expected.sha256) return;
  throw new AutodError("DISK_FAULT", `what was written to ${path} isn't what is read there`);
}
