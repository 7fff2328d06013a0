import type { Stats } from "node:fs";
import { mkdir, open, realpath, stat } from "node:fs/promises";
import { join, sep } from "node:path";
import { AutodError, isErrno } from "../errors.ts";
import { syncFolder } from "../sync.ts";
import { lookAt } from "./regular.ts";
import { shareRights } from "./rights.ts";
import { missingRoot } from "./trouble.ts";

/** A folder that files are moved into. */
export interface Folder {
  /** Its real path, which all work is done under. */
  readonly path: string;
  /** The path as its root was given, which people know it by. */
  readonly shown: string;
  /** What its root is like: rights are taken from it. */
  readonly root: Stats;
}

/** What is known of the roots that files are moved into. */
export interface Footing {
  /** Throws where a root isn't what it was, as when its disk is away: it is asked right before anything is made there. */
  readonly require: (root: string) => Promise<void>;
  /** The folders below them that were made durable while they were there: those that are met are added. */
  readonly durable: Set<string>;
}

/**
 * Finds or makes the folders below a root, each one durable before the next.
 *
 * The root itself is never made (FOLDER_MISSING), and nothing is made or found outside it, not even
 * by a symbolic link (DISK_FAULT).
 */
export async function openFolder(
  root: string,
  folders: readonly string[],
  footing?: Footing,
): Promise<Folder> {
  await footing?.require(root);
  const start = await openRoot(root);
  let path = start.path;
  for (const name of folders) {
    path = await enter(path, onlyName(name), start, footing?.durable);
  }
  return { path, shown: join(root, ...folders), root: start.stats };
}

/** Lets a name pass that stays in its folder; anything else is a fault in the program. */
export function onlyName(name: string): string {
  if (name === "" || name === "." || name === ".." || /[/\0]/.test(name)) {
    throw new TypeError(`${JSON.stringify(name)} is no name of a file or folder`);
  }
  return name;
}

interface Root {
  readonly path: string;
  readonly stats: Stats;
}

async function openRoot(root: string): Promise<Root> {
  try {
    const path = await realpath(root);
    const stats = await stat(path);
    if (stats.isDirectory()) return { path, stats };
  } catch (error) {
    if (isErrno(error, "ENOENT", "ENOTDIR")) throw missingRoot(root, error);
    throw error;
  }
  throw missingRoot(root);
}

async function enter(
  parent: string,
  name: string,
  root: Root,
  durable = new Set<string>(),
): Promise<string> {
  const path = join(parent, name);
  const there = await lookAt(path);
  if (there === null) await make(path, root.stats);
  const key = there && [path, there.dev, there.ino, there.birthtimeNs].join(" ");
  if (key === null || !durable.has(key)) {
    // Also where it is there already: the one who made it may have been killed before this.
    await syncFolder(parent);
    if (key !== null) durable.add(key);
  }
  if (there?.isDirectory()) return path;
  const real = await realpath(path);
  if (!real.startsWith(root.path.endsWith(sep) ? root.path : root.path + sep)) {
    throw new AutodError("DISK_FAULT", `${path} leads outside ${root.path}, to ${real}`, {
      hint: "Replace the symbolic link in the archive by a folder.",
    });
  }
  return real;
}

async function make(path: string, root: Stats): Promise<void> {
  try {
    await mkdir(path, (root.mode & 0o777) | 0o700);
    await using folder = await open(path, "r");
    await shareRights(folder, root, 0o777, 0o700);
  } catch (error) {
    // Another one was faster.
    if (!isErrno(error, "EEXIST")) throw error;
  }
}
