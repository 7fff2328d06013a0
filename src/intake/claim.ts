import { randomBytes } from "node:crypto";
import { type BigIntStats, constants } from "node:fs";
import { access, link, lstat, realpath, rename, rmdir, unlink } from "node:fs/promises";
import { dirname, join, relative as relativePath, sep } from "node:path";
import type { Arrival, Folder } from "../document.ts";
import { isErrno } from "../errors.ts";
import type { Profile } from "../openai/profile.ts";
import { shapeOf } from "../shape.ts";
import { judgeStats, type Refusal } from "./judge.ts";
import type { Spot } from "./list.ts";
import { traitsOf } from "./settle.ts";
import { makeFolderIn, makeFolders, openOwnFolder, ownFolderOf } from "./own-folder.ts";

/** Where this instance keeps what it works on in an inbox. */
export const stagingOf = (inbox: string, instance: string): string =>
  join(ownFolderOf(inbox), "staging", instance);

/**
 * Claims a file: renames it into a claim folder of its own below staging, under its path below the inbox.
 *
 * No claim can replace another, and the way back is known from the path alone. Gives the reason where a
 * file can't be claimed, null where it is gone or another one has come in its place, and "CHANGED" where it isn't
 * `like` that (as `traits`) any more. Throws where it is the disk that refuses; the file then stays where it is.
 */
export async function claim(
  folder: Folder,
  profile: Profile,
  { relative, path }: Spot,
  instance: string,
  like?: string,
): Promise<Arrival | Refusal | "CHANGED" | null> {
  const claimId = randomBytes(8).toString("hex");
  const staged = join(stagingOf(folder.inbox, instance), claimId, relative);
  const claimed = arrival(folder, profile, claimId, relative, staged);
  try {
    const making = makeFoldersFor(staged, folder.inbox);
    // Beside the look; how it went is asked only where that goes on.
    making.catch(() => undefined);
    const seen = await look(folder.inbox, path, like);
    if (typeof seen === "string") {
      await making.then(() => releaseClaim(claimed, instance)).catch(() => undefined);
      return seen;
    }
    await making;
    await rename(path, staged);
    const taken = await lstat(staged, { bigint: true });
    if (taken.dev === seen.dev && taken.ino === seen.ino) {
      return { ...claimed, shape: shapeOf(seen) };
    }
    // Exchanged between the look and the rename: what we hold is not what was judged.
    await giveBack(staged, taken, path);
    await releaseClaim(claimed, instance);
    return judgeStats(taken, seen);
  } catch (error) {
    // What went wrong first is what is told.
    await releaseClaim(claimed, instance).catch(() => undefined);
    if (isErrno(error, "ENOENT", "ENOTDIR")) return null;
    if (isErrno(error, "EACCES", "EPERM")) return "NOT_PERMITTED";
    if (isErrno(error, "ENAMETOOLONG")) return "PATH_TOO_LONG";
    // Also of a folder of the same file system that is mounted here a second time.
    if (isErrno(error, "EXDEV")) return "OTHER_DEVICE";
    throw error;
  }
}

/** In a staging that is there already one folder is missing, which is the claim's own. */
async function makeFoldersFor(staged: string, inbox: string): Promise<void> {
  const own = await openOwnFolder(inbox);
  const wanted = dirname(staged);
  if (!(await makeFolderIn(wanted))) await makeFolders(own, relativePath(own, wanted));
}

/** Whether a path lies where files stand that are worked on. */
export const isInStaging = (path: string): boolean =>
  path.includes(`${sep}.autod${sep}staging${sep}`);

/** The name of the claim that a file in an inbox's staging belongs to. */
export function claimIdOf(inbox: string, staged: string): string {
  const [, claimId = ""] = relativePath(join(ownFolderOf(inbox), "staging"), staged).split(sep);
  return claimId;
}

/** What is claimed already in staging: after a crash it is carried on from there. */
export function claimedBefore(
  folder: Folder,
  profile: Profile,
  staged: string,
  instance: string,
): Arrival {
  const [claimId = "", ...inside] = relativePath(stagingOf(folder.inbox, instance), staged).split(
    sep,
  );
  return arrival(folder, profile, claimId, join(...inside), staged);
}

function arrival(
  folder: Folder,
  profile: Profile,
  claimId: string,
  relative: string,
  staged: string,
): Arrival {
  const path = join(folder.inbox, relative);
  const arrivedAt = new Date().toISOString();
  return { folder, profile, claimId, path, relative, staged, arrivedAt, shape: null };
}

/** Removes a claim folder whose file has gone where it belongs; nothing else is ever removed. */
export async function releaseClaim({ folder, staged }: Arrival, instance: string): Promise<void> {
  const top = stagingOf(folder.inbox, instance);
  for (let empty = dirname(staged); empty.startsWith(top + sep); empty = dirname(empty)) {
    try {
      await rmdir(empty);
    } catch (error) {
      if (isErrno(error, "ENOTEMPTY", "EEXIST")) return;
      // One that was never made may still lie in one that was.
      if (!isErrno(error, "ENOENT", "ENAMETOOLONG")) throw error;
    }
  }
}

/** Neither opens anything nor follows a link, so that nothing can lead us astray. */
async function look(
  inbox: string,
  path: string | Buffer,
  like: string | undefined,
): Promise<BigIntStats | Refusal | "CHANGED"> {
  const stats = await lstat(path, { bigint: true });
  if (like !== undefined && traitsOf(stats) !== like) return "CHANGED";
  // Whether it is on another disk is what the rename says.
  const refused = judgeStats(stats, stats);
  if (refused) return refused;
  await access(path, constants.R_OK);
  const parent = folderOf(path);
  // In the inbox itself nothing can lead out of it.
  if (parent.toString() === inbox) return stats;
  const top = await realpath(inbox, "buffer");
  return isInside(await realpath(parent, "buffer"), top) ? stats : "OUTSIDE";
}

function folderOf(path: string | Buffer): string | Buffer {
  return typeof path === "string" ? dirname(path) : path.subarray(0, path.lastIndexOf(sep));
}

const isInside = (folder: Buffer, top: Buffer): boolean =>
  folder.equals(top) || folder.indexOf(Buffer.concat([top, Buffer.from(sep)])) === 0;

/** It goes back unless something stands there again; then it stays in staging, where nothing is lost. */
async function giveBack(staged: string, taken: BigIntStats, path: string | Buffer): Promise<void> {
  if (taken.isDirectory()) {
    // A folder has no second name, and over anything but an empty folder it can't be renamed.
    await rename(staged, path);
  } else {
    await link(staged, path);
    await unlink(staged);
  }
}
