import { createHash, randomBytes } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { statSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { ExecutionContext } from "ava";
import { dir } from "tmp-promise";

/** An own folder per test, removed when the test ends. */
export async function room(t: ExecutionContext, tmpdirPath = tmpdir()): Promise<string> {
  const { path, cleanup } = await dir({ unsafeCleanup: true, tmpdir: tmpdirPath });
  t.teardown(cleanup);
  return path;
}

/** A second file system, if this machine has one at hand. */
export const otherDisk: string | undefined = ["/dev/shm", "/tmp", "/var/tmp", process.cwd()].find(
  (path) => {
    const here = statSync(tmpdir()).dev;
    const there = statSync(path, { throwIfNoEntry: false });
    return there !== undefined && there.dev !== here;
  },
);

/** A source and an archive, on one file system or on two. */
export async function places(t: ExecutionContext, across = false) {
  const here = await room(t);
  const there = across ? await room(t, otherDisk) : here;
  const [inbox, archive] = [join(here, "Inbox"), join(there, "Archive")];
  await mkdir(inbox);
  await mkdir(archive);
  return { inbox, archive };
}

/** Writes a file (of random bytes, unless they are given) with the folders above it. */
export async function saved(path: string, bytes: string | Buffer = randomBytes(2000)) {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, bytes);
  return { path, sha256: hash(bytes) };
}

export const hash = (bytes: string | Buffer): string =>
  createHash("sha256").update(bytes).digest("hex");

export const hashOf = async (path: string): Promise<string> => hash(await readFile(path));
