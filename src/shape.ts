import { lstat } from "node:fs/promises";
import { AutodError } from "./errors.ts";

/**
 * Which file this is, and what a writer changes in it; what it is called, and who may read it, doesn't count.
 */
export const shapeOf = ({
  ino,
  size,
  mtimeNs,
}: {
  readonly [name in "ino" | "size" | "mtimeNs"]: bigint;
}): string => [ino, size, mtimeNs].join(" ");

/** The bytes of a file that has this shape. */
export const sizeOf = (shape: string): number => Number(shape.split(" ")[1]);

/** Throws FILE_CHANGED where a file has another shape than it had; `wait` (milliseconds) is how long to leave it alone. */
export async function requireShape(
  path: string,
  shape: string | null,
  wait: number,
): Promise<string> {
  const now = shapeOf(await lstat(path, { bigint: true }));
  if (shape !== null) checkShape(path, now, shape, wait);
  return now;
}

/** The same of a shape that is known: `now` is what it is. */
export function checkShape(path: string, now: string, shape: string, wait: number): void {
  if (shape === now) return;
  const message = `${path} is still being written to by who has it open`;
  throw new AutodError("FILE_CHANGED", message, { retryAfter: wait });
}
