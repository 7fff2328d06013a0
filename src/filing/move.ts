import { realpath, rename, unlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { AutodError, isErrno } from "../errors.ts";
import { findMoved, holds, isCopyOf, isSameEntry, isSecondName, numberedIn } from "./arrived.ts";
import { copy } from "./copy.ts";
import { markOf, type Move } from "./filing.ts";
import { type Folder, onlyName, openFolder } from "./folder.ts";
import { syncFolder } from "../sync.ts";
import { land } from "./land.ts";
import { leadsTo, openIfThere, type Regular } from "./regular.ts";
import { shareRights } from "./rights.ts";
import { exists, missingFile, trouble } from "./trouble.ts";

/**
 * Moves a file, within a file system or to another one, and returns its new path.
 *
 * Never over another file. Until the new name is durable the old one stays, so killed at any instant
 * and called again it goes on where it was; with `sha256` also when only the answer was lost. Errors:
 * FILE_MISSING, FILE_CHANGED, FOLDER_MISSING (the root), DISK_FULL, DISK_FAULT; the file then stands
 * where it was, or the next call finds it under its new name.
 */
export async function moveFile(move: Move): Promise<string> {
  try {
    onlyName(move.name);
    const folder = await openFolder(move.root, move.folders ?? [], move.footing);
    const name = await moveInto(folder, move);
    return join(folder.shown, name);
  } catch (error) {
    throw await trouble(error, move);
  }
}

async function moveInto(folder: Folder, move: Move): Promise<string> {
  await using source = await openIfThere(move.from);
  if (source === null) {
    const moved = await findMoved(folder.path, move);
    if (moved === undefined) throw missingFile(move.from);
    await syncFolder(folder.path);
    return moved;
  }
  move.check?.(source.stats);
  // What the disk didn't take once it may say that it has, asked again: only another file can be sure.
  if (!(await isSynced(source))) {
    await dropLinks(folder.path, source, move);
    return await moveAcross(folder, source, move);
  }
  try {
    return await moveWithin(folder, source, move);
  } catch (error) {
    if (!isErrno(error, "EXDEV")) throw error;
    return await moveAcross(folder, source, move);
  }
}

/** The writer of a file is done, but the kernel may not be. */
async function isSynced({ handle }: Regular): Promise<boolean> {
  try {
    await handle.sync();
    return true;
  } catch (error) {
    if (!isErrno(error, "EIO")) throw error;
    return false;
  }
}

/** Takes back the links to it that an earlier, killed move made: the copy goes there instead. */
async function dropLinks(folder: string, source: Regular, move: Move): Promise<void> {
  for (const name of await numberedIn(folder, move)) {
    const target = join(folder, name);
    if (!(await isSecondName(target, move.from, source))) continue;
    if (!(await isSameEntry(move.from, target))) await unlink(target);
  }
}

async function moveWithin(folder: Folder, source: Regular, move: Move): Promise<string> {
  const name = await land({
    ...move,
    mark: markOf(move),
    file: move.from,
    folder: folder.path,
    rights: folder.root,
    isArrived: (target) => isSecondName(target, move.from, source),
  });
  const target = join(folder.path, name);
  await checkInside(folder, target, move.from);
  const isThere = (await leadsTo(target, source.stats)) || (await holds(target, source));
  if (!isThere) throw replaced(target);
  await Promise.all([
    shareRights(source.handle, folder.root, 0o666, 0o600, source.stats),
    syncFolder(folder.path),
  ]);
  await leave(move.from, target, source);
  return name;
}

async function moveAcross(folder: Folder, source: Regular, move: Move): Promise<string> {
  // An unmounted disk is another file system too.
  await move.footing?.require(move.root);
  const name = await landCopy(folder, source, move);
  await syncFolder(folder.path);
  await leave(move.from, join(folder.path, name), source);
  return name;
}

async function landCopy(folder: Folder, source: Regular, move: Move): Promise<string> {
  const mark = markOf(move);
  const part = join(folder.path, `.autod-${mark}.part`);
  await using made = await copy(source, part, folder.root, move.sha256);
  const isArrived = (target: string) => isCopyOf(target, source, made.sha256);
  const name = await land({
    ...move,
    mark,
    file: part,
    folder: folder.path,
    rights: folder.root,
    isArrived,
  });
  const target = join(folder.path, name);
  await checkInside(folder, target, part);
  const isThere = (await leadsTo(target, made.stats)) || (await isArrived(target));
  if (!isThere) throw replaced(target);
  return name;
}

/** Takes a link back that was made in a folder which somebody exchanged for a symbolic link at that moment. */
async function checkInside(folder: Folder, target: string, from: string): Promise<void> {
  if ((await realpath(folder.path)) === folder.path) return;
  if (await exists(from)) await unlink(target);
  throw new AutodError(
    "DISK_FAULT",
    `${folder.path} was replaced by a link while ${target} was filed there`,
  );
}

/** Gives up the old name; or, where the file system takes both names for one, only its spelling. */
async function leave(from: string, target: string, source: Regular): Promise<void> {
  if (!(await leadsTo(from, source.stats))) return;
  if (await isSameEntry(from, target)) await rename(from, target);
  else await unlink(from);
  // The move is done: should the old name come back with the power, the next call finds both and goes on.
  await syncFolder(dirname(from)).catch(() => undefined);
}

const replaced = (target: string): AutodError =>
  new AutodError("DISK_FAULT", `${target} was replaced by another file at the moment it was filed`);
