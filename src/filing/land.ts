import type { Stats } from "node:fs";
import { join } from "node:path";
import { isErrno } from "../errors.ts";
import { longestName } from "./name.ts";
import { isReserved, place } from "./place.ts";
import { cut } from "./segment.ts";
import { exists } from "./trouble.ts";

/** A file that stands before its last step, on the file system where it will stay. */
export interface Landing {
  readonly file: string;
  /** The real path of the folder. */
  readonly folder: string;
  /** The root's, which a companion gets too. */
  readonly rights: Stats;
  readonly name: string;
  /** Names what is on its way. */
  readonly mark: string;
  /** Whether the file under a taken name is this one already, because a crash cut its move off. */
  readonly isArrived: (target: string) => Promise<boolean>;
  readonly companion?: Companion | undefined;
}

/** What stands beside a file under the same number: put there first, and removed again if the file doesn't come. */
export interface Companion {
  readonly suffix: string;
  /** False if the place is taken by another's. */
  readonly put: (target: string, rights: Stats) => Promise<boolean>;
  readonly remove: (target: string) => Promise<void>;
}

/** Gives a file the first free name of "NAME.pdf", "NAME (2).pdf", "NAME (3).pdf" … and returns that name. */
export async function land(landing: Landing): Promise<string> {
  try {
    return await landWithin(landing, longestName);
  } catch (error) {
    if (!isErrno(error, "ENAMETOOLONG")) throw error;
    return await landWithin(landing, longestEncryptedName);
  }
}

/** The name with " (2)", " (3)" … before its ".pdf", its stem cut so that it has at most `maxBytes` bytes of UTF-8. */
function numbered(name: string, number: number, maxBytes: number): string {
  const extension = /\.pdf$/i.exec(name)?.[0] ?? "";
  const end = number === 1 ? extension : ` (${number})${extension}`;
  const stem = name.slice(0, name.length - extension.length);
  const room = maxBytes - Buffer.byteLength(end);
  return (Buffer.byteLength(stem) <= room ? stem : cut(stem, room)) + end;
}

// What eCryptfs (encrypted folders of some NAS and homes) takes as one name, in bytes.
const longestEncryptedName = 143;

/** Whether a file has the name, or one of the names with a number, that `land` gives. */
export function isNumbered(candidate: string, name: string, suffix = ""): boolean {
  const number = Number(/ \((\d+)\)(?:\.pdf)?$/i.exec(candidate)?.[1] ?? 1);
  return [1, number].some((each) =>
    [longestName, longestEncryptedName].some((most) => {
      const given = numbered(name, each, most - Buffer.byteLength(suffix));
      // Some file systems spell names in their own way when they list them.
      return given.normalize("NFC") === candidate.normalize("NFC");
    }),
  );
}

async function landWithin(landing: Landing, maxBytes: number): Promise<string> {
  const { companion, file, folder, isArrived, mark, name } = landing;
  const room = maxBytes - Buffer.byteLength(companion?.suffix ?? "");
  for (let number = 1; ; number += 1) {
    const candidate = numbered(name, number, room);
    const target = join(folder, candidate);
    // A companion comes first, and so must know; to a file alone the disk says it.
    if (companion && (await exists(target)) && !(await isReserved(target, mark))) {
      if (await isArrived(target)) return candidate;
      continue;
    }
    if (companion && !(await companion.put(target, landing.rights))) continue;
    try {
      await place(file, target, mark);
      return candidate;
    } catch (error) {
      // What is left of a companion alone is harmless; what went wrong first is what is told.
      await companion?.remove(target).catch(() => undefined);
      // It is taken, or another one was faster, or has a name that is the same to this file system.
      if (!isErrno(error, "EEXIST")) throw error;
      if (!companion && (await isArrived(target))) return candidate;
    }
  }
}
