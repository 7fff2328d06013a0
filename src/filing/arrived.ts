import { readdir, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { AutodError, isErrno } from "../errors.ts";
import type { Move } from "./filing.ts";
import { isNumbered } from "./land.ts";
import { digest, isSame, lookAt, openRegular, type Regular } from "./regular.ts";

/** Whether a taken name is the file's own: a link that a crash left beside the old name, or another spelling of it. */
export async function isSecondName(
  target: string,
  from: string,
  source: Regular,
): Promise<boolean> {
  // A name may be given up since: another move's reservation, say.
  const there = await lookAt(target);
  if (there === null || !isSame(there, source.stats)) return false;
  // Some file systems invent inode numbers. One of two names may only go where there truly are two.
  return there.nlink > 1n || (await isSameEntry(from, target));
}

/** Whether two paths of one inode are one entry of one folder, written differently at most. */
export async function isSameEntry(from: string, target: string): Promise<boolean> {
  const [name, wanted] = [basename(from), basename(target)];
  if (fold(name) !== fold(wanted)) return false;
  const [home, folder] = await Promise.all(
    [from, target].map((path) => stat(dirname(path), { bigint: true })),
  );
  if (home === undefined || folder === undefined || !isSame(home, folder)) return false;
  if (name === wanted) return true;
  const alike = (await readdir(dirname(from))).filter((entry) => fold(entry) === fold(name));
  return alike.length < 2;
}

/** Whether a taken name is the copy that an earlier, killed move made: its bytes, its time, its name. */
export async function isCopyOf(target: string, source: Regular, sha256: string): Promise<boolean> {
  return await peek(target, async (there) => {
    // The coarsest file systems keep times to two seconds.
    const apart = there.stats.mtimeMs - source.stats.mtimeMs;
    if (isSame(there.stats, source.stats) || apart > 2000n || apart < -2000n) return false;
    if (there.stats.size !== source.stats.size) return false;
    if ((await digest(there.handle)) !== sha256) return false;
    await there.handle.sync();
    return true;
  });
}

/** Whether a file has the bytes of another one. */
export async function holds(target: string, source: Regular): Promise<boolean> {
  const sha256 = await digest(source.handle);
  return await peek(target, async ({ handle }) => (await digest(handle)) === sha256);
}

/** The name under which a file stands that `from` was moved to before, told by its hash. */
export async function findMoved(folder: string, move: Move): Promise<string | undefined> {
  if (move.sha256 === undefined) return undefined;
  for (const name of await numberedIn(folder, move)) {
    const isMoved = await peek(
      join(folder, name),
      async ({ handle }) => (await digest(handle)) === move.sha256,
    );
    if (isMoved) return name;
  }
  return undefined;
}

/** The files in a folder that have a name which the move may have given. */
export async function numberedIn(folder: string, { name, companion }: Move): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && isNumbered(entry.name, name, companion?.suffix))
    .map((entry) => entry.name);
}

const fold = (name: string): string => name.normalize("NFC").toLowerCase();

/** False where the file is none to be read. */
async function peek(path: string, check: (file: Regular) => Promise<boolean>): Promise<boolean> {
  try {
    await using file = await openRegular(path);
    return await check(file);
  } catch (error) {
    if (error instanceof AutodError || isErrno(error, "ENOENT", "EACCES", "EPERM")) return false;
    throw error;
  }
}
