import { chown, lstat, mkdir, readdir, realpath, stat } from "node:fs/promises";
import { dirname } from "node:path";
import type { Config } from "../config/schema.ts";
import { AutodError, isErrno } from "../errors.ts";
import { type Finding, warning } from "../intake/finding.ts";
import { shellWord } from "../shell-word.ts";
import { type Account, allows } from "./account.ts";
import type { Program } from "./program.ts";
import { rootsIn } from "./reach.ts";

/** Throws SERVICE_REFUSED where a user couldn't read the program or a file that the configuration is made of. */
export async function requireReadable(
  { file, folders, profiles }: Pick<Config, "file" | "folders" | "profiles">,
  { node, main }: Program,
  account: Account,
): Promise<void> {
  const { name } = account;
  const passwords = folders
    .map(({ profile }) => profiles[profile]?.passwords)
    .filter((one) => typeof one === "string");
  const all = [node, main, file, ...passwords];
  const real = await Promise.all(all.map((path) => realpath(path).catch(() => path)));
  for (const path of new Set([...all, ...real])) {
    const wall = await obstacle(path, account, READ);
    if (wall === null) continue;
    const word = shellWord(wall);
    // Of passwords autod wants to be the only one who can read them.
    const own = passwords.includes(path)
      ? `sudo chown ${name} ${word}`
      : `sudo chgrp ${name} ${word} && sudo chmod g+r ${word}`;
    const pass = `Keep it elsewhere, or let it through: sudo chmod o+x ${word}`;
    throw new AutodError(
      "SERVICE_REFUSED",
      `${name} can't read ${path}${wall === path ? "" : `: it is shut out of ${wall}`}`,
      { hint: wall === path ? `Let it: ${own}` : pass },
    );
  }
}

/**
 * Makes what is autod's own, and gives a user what root made and nobody has used; an inbox, an archive or a
 * quarantine that is away is left away. Tells of what the user may not work in then.
 */
export async function giveFolders(
  { dataDir, logs, folders }: Pick<Config, "dataDir" | "logs" | "folders">,
  account: Account,
): Promise<Finding[]> {
  for (const path of [dataDir, logs.dir]) {
    await mkdir(path, { recursive: true, mode: 0o700 });
    await give(path, account);
  }
  const found: Finding[] = [];
  for (const path of new Set([dataDir, logs.dir, ...rootsIn(folders)])) {
    await give(path, account);
    const wall = await obstacle(path, account, ALL);
    if (wall !== null) found.push(shut(path, wall, account));
  }
  return found;
}

const READ = 4;
const ALL = 7;

/** The first of a path and the folders above it that keeps a user from it; null where nothing does, or nobody can say. */
async function obstacle(path: string, account: Account, wanted: number): Promise<string | null> {
  if (account.uid === 0) return null;
  const above: string[] = [];
  for (let one = dirname(path); one !== dirname(one); one = dirname(one)) {
    above.unshift(one);
  }
  for (const one of [...above, path]) {
    const state = await stat(one).catch(() => null);
    if (state && !allows(state, account, one === path ? wanted : 1)) return one;
  }
  return null;
}

const shut = (path: string, wall: string, { name }: Account): Finding =>
  warning(
    "rights",
    wall === path
      ? `${name} may not read, write and enter ${path}`
      : `${name} is shut out of ${wall}, in which ${path} lies`,
    wall === path
      ? `sudo chown -R ${name}: ${shellWord(path)}`
      : `sudo chmod o+x ${shellWord(wall)}`,
  );

/**
 * A folder of root's in which nothing lies. One that is away is left alone, for autod waits for it; and so is one
 * that may be the place of a disk: what was written there before that is mounted would be hidden by it.
 */
async function give(path: string, { uid, gid }: Account): Promise<void> {
  if (/^\/(?:mnt|media|net)\//.test(path)) return;
  try {
    const state = await lstat(path);
    if (!state.isDirectory() || state.uid !== 0 || (await readdir(path)).length > 0) return;
    await chown(path, uid, gid);
  } catch (error) {
    // A share may refuse root of all users.
    if (!isErrno(error, "ENOENT", "ENOTDIR", "EACCES", "EPERM", "EROFS")) throw error;
  }
}
