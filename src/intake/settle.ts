import { lstat } from "node:fs/promises";
import { setTimeout } from "node:timers/promises";
import { isErrno } from "../errors.ts";
import { looksComplete } from "./looks.ts";

/** How long a file is waited for, in milliseconds. */
export interface Waits {
  /** How long it must have been quiet, always. */
  readonly settle: number;
  /** How long it is waited for after its last change while it looks incomplete, or may be written in bursts. */
  readonly patience: number;
}

/** A file at rest. */
export interface Rest {
  readonly traits: string;
  /** Since when it is quiet, as `performance.now()`. */
  readonly since: number;
  /** The longest pause between two changes of it that were seen, in milliseconds. */
  readonly longest: number;
}

/** What is known of a file beforehand, and who wants to know how long it is still waited for. */
export interface Hints {
  /** What it was like at a moment before, as `performance.now()`. */
  readonly seen?: Pick<Rest, "traits" | "since"> | undefined;
  /** The pauses that files make where it lies, in milliseconds. */
  readonly pause?: () => number;
  /** Told how many milliseconds it is waited for still, unless it changes. */
  readonly tell?: (left: number, isComplete: boolean) => void;
}

/**
 * Resolves with what a file is like once it is at rest: quiet for `settle`, and complete or quiet for `patience`.
 *
 * What made pauses while it was written, or lies where others did, is waited for twice as long as the longest
 * pause, up to `patience`: each page of a scan may leave a complete file. Gives null when it is gone meanwhile;
 * rejects when aborted. What a file's own times say of its age doesn't count, since copies keep them: only that
 * they change.
 */
export async function settled(
  path: string | Buffer,
  { settle, patience }: Waits,
  signal: AbortSignal,
  { seen, pause = () => 0, tell = () => undefined }: Hints = {},
): Promise<Rest | null> {
  let before = seen?.traits ?? (await traits(path));
  let since = seen?.since ?? performance.now();
  let longest = 0;
  let isComplete: boolean | undefined;
  let quiet = performance.now() - since;
  let next = soonest(settle);
  const wanted = () => {
    if (isComplete === false) return patience;
    return Math.max(settle, Math.min(patience, PAUSES * Math.max(longest, pause())));
  };
  while (before !== null) {
    const left = wanted() - quiet;
    tell(left, isComplete !== false);
    // A little longer rather than twice in short order.
    if (left > 0) await setTimeout(left < 1.5 * next ? left : next, undefined, { signal });
    next = Math.min(2 * next, latest(settle));
    const now = await traits(path);
    quiet = performance.now() - since;
    if (now !== before) {
      before = now;
      // After so long it is another file that took its place.
      if (quiet <= patience) longest = Math.max(longest, quiet);
      since = performance.now();
      quiet = 0;
      isComplete = undefined;
      next = soonest(settle);
      continue;
    }
    if (quiet < wanted()) continue;
    // One look is enough: whatever completes it, changes it.
    isComplete ??= await looksComplete(path, sizeIn(before));
    if (quiet >= wanted()) return { traits: before, since, longest };
  }
  return null;
}

/** A file is waited for so many times as long as the longest pause in its writing. */
const PAUSES = 2;

/**
 * Milliseconds between two looks. What changes is looked at often, so that it is taken when it has settled; what rests,
 * twice as late each time.
 */
const soonest = (settle: number): number => Math.min(Math.max(settle / 16, 10), 125);
const latest = (settle: number): number => Math.min(settle / 2, 500);

/** What a file is like now; null when it is gone. Whatever is done to a file changes it. */
export async function traits(path: string | Buffer): Promise<string | null> {
  try {
    return traitsOf(await lstat(path, { bigint: true }));
  } catch (error) {
    if (isErrno(error, "ENOENT", "ENOTDIR")) return null;
    throw error;
  }
}

/** The same, of what `lstat` said of it. */
export const traitsOf = ({
  dev,
  ino,
  size,
  mtimeNs,
  ctimeNs,
}: {
  readonly [name in "dev" | "ino" | "size" | "mtimeNs" | "ctimeNs"]: bigint;
}): string => [dev, ino, size, mtimeNs, ctimeNs].join(" ");

/** The bytes of a file, by what it is like. */
export const sizeIn = (like: string): number => Number(like.split(" ")[2]);
