import { lstat } from "node:fs/promises";
import { setTimeout } from "node:timers/promises";
import { isErrno } from "../errors.ts";
import { looksComplete } from "./looks.ts";

/** How long a file is waited for, in milliseconds. */
interface Waits {
  /** Between the two looks that find it the same. */
  readonly settle: number;
  /** Since its last change, while it looks incomplete. */
  readonly patience: number;
}

/**
 * Resolves with what a file is like once it is at rest: seen twice alike, and complete or unchanged for long.
 *
 * Gives null when it is gone meanwhile; rejects when aborted. What a file's own times say of its age
 * doesn't count, since copies keep them: only that they change.
 */
export async function settled(
  path: string | Buffer,
  { settle, patience }: Waits,
  signal: AbortSignal,
): Promise<string | null> {
  let before = await traits(path);
  let since = performance.now();
  let looked = false;
  while (before !== null) {
    await setTimeout(settle, undefined, { signal });
    const now = await traits(path);
    if (now !== before) {
      before = now;
      since = performance.now();
      looked = false;
      continue;
    }
    if (performance.now() - since >= patience) return now;
    // One look is enough: whatever completes it, changes it.
    if (!looked && (await looksComplete(path))) return now;
    looked = true;
  }
  return null;
}

/** What a file is like now; null when it is gone. Whatever is done to a file changes it. */
export async function traits(path: string | Buffer): Promise<string | null> {
  try {
    const { dev, ino, size, mtimeNs, ctimeNs } = await lstat(path, { bigint: true });
    return [dev, ino, size, mtimeNs, ctimeNs].join(" ");
  } catch (error) {
    if (isErrno(error, "ENOENT", "ENOTDIR")) return null;
    throw error;
  }
}
