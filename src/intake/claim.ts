import { randomBytes } from "node:crypto";
import { constants, type Stats } from "node:fs";
import {
  type FileHandle,
  link,
  lstat,
  mkdir,
  open,
  realpath,
  rename,
  rmdir,
  unlink,
} from "node:fs/promises";
import { dirname, join, relative as relativePath, sep } from "node:path";
import type { Arrival, Folder } from "../document.ts";
import { isErrno } from "../errors.ts";
import type { Profile } from "../openai/profile.ts";
import { judgeStats, type Refusal } from "./judge.ts";

/** Where this instance keeps what it works on in an inbox. */
export const stagingOf = (inbox: string, instance: string): string =>
  join(inbox, ".autod", "staging", instance);

/**
 * Claims a file: renames it into a claim folder of its own below staging, under its path below the inbox.
 *
 * No claim can replace another, and the way back is known from the path alone. Gives the reason where a
 * file can't be claimed, and null where it is gone.
 */
export async function claim(
  folder: Folder,
  profile: Profile,
  relative: string,
  instance: string,
): Promise<Arrival | Refusal | null> {
  const path = join(folder.inbox, relative);
  try {
    const seen = await look(folder.inbox, path);
    if (typeof seen === "string") return seen;
    const claimId = randomBytes(8).toString("hex");
    const staged = join(stagingOf(folder.inbox, instance), claimId, relative);
    await mkdir(dirname(staged), { recursive: true, mode: 0o700 });
    await rename(path, staged);
    const taken = await lstat(staged);
    if (taken.dev !== seen.dev || taken.ino !== seen.ino) {
      // Swapped between the look and the rename: what we hold is not what was judged. It goes back, unless
      // something stands there again; then it stays in staging, where nothing is lost.
      await link(staged, path);
      await unlink(staged);
      return "OUTSIDE";
    }
    return arrival(folder, profile, claimId, relative, staged);
  } catch (error) {
    if (isErrno(error, "ENOENT")) return null;
    if (isErrno(error, "EACCES", "EPERM")) return "NOT_PERMITTED";
    throw error;
  }
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
  return { folder, profile, claimId, path, relative, staged, arrivedAt };
}

/** Removes a claim folder whose file has gone where it belongs; nothing else is ever removed. */
export async function releaseClaim({ folder, staged }: Arrival, instance: string): Promise<void> {
  const top = stagingOf(folder.inbox, instance);
  for (let empty = dirname(staged); empty.startsWith(top + sep); empty = dirname(empty)) {
    try {
      await rmdir(empty);
    } catch (error) {
      if (isErrno(error, "ENOTEMPTY", "EEXIST", "ENOENT")) return;
      throw error;
    }
  }
}

/** Opened without following or waiting, so that neither a link nor a pipe can lead us astray. */
async function look(inbox: string, path: string): Promise<Stats | Refusal> {
  let handle: FileHandle;
  try {
    handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    if (isErrno(error, "ELOOP", "EMLINK")) return "SYMBOLIC_LINK";
    if (isErrno(error, "ENXIO", "EISDIR", "EOPNOTSUPP")) return "NO_FILE";
    throw error;
  }
  try {
    const [stats, root] = [await handle.stat(), await lstat(await realpath(inbox))];
    const refused = judgeStats(stats, root);
    if (refused) return refused;
    const [realFolder, realInbox] = [await realpath(dirname(path)), await realpath(inbox)];
    const inside = realFolder === realInbox || realFolder.startsWith(realInbox + sep);
    return inside ? stats : "OUTSIDE";
  } finally {
    await handle.close();
  }
}
