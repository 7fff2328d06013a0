import { lstat } from "node:fs/promises";
import type { Parked } from "../store/record.ts";

/** What a file is like that was put back at a path. */
export async function parkedAt(path: string): Promise<Parked> {
  const { ino, size, mtimeMs } = await lstat(path);
  return { path, ino, size, mtimeMs };
}

/** Whether it still is the file that was put back; rejects where it is gone. */
export async function isAsItWas({ path, ino, size, mtimeMs }: Parked): Promise<boolean> {
  const now = await parkedAt(path);
  return now.ino === ino && now.size === size && now.mtimeMs === mtimeMs;
}
