import { constants } from "node:fs";
import { open } from "node:fs/promises";

/** What stands in a file that is for its owner only. */
interface Secret {
  readonly text: string;
  /** Whether others can read it. */
  readonly isExposed: boolean;
}

/** Reads a secret; null where the path leads to no regular file, or to one of more than `most` bytes. */
export async function readSecret(path: string, most: number): Promise<Secret | null> {
  // a pipe that nobody writes into would be waited for
  await using handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const status = await handle.stat();
  if (!status.isFile() || status.size > most) return null;
  return { text: await handle.readFile("utf8"), isExposed: (status.mode & 0o044) !== 0 };
}
