import { randomBytes } from "node:crypto";
import { accessSync, constants } from "node:fs";
import { access, rm, stat, statfs } from "node:fs/promises";
import { join } from "node:path";
import { AutodError, isErrno, reasonIn } from "../errors.ts";
import { replaceFile } from "./durable.ts";

/**
 * Room on the disk that is kept for what was paid for: a file that is given up when nothing else is left.
 *
 * While it is there, what is in work can be stored, whatever else fills the disk.
 */
export interface Spare {
  /** Resolves where it is there, or could be made; throws DISK_FULL or DISK_FAULT where nothing can be stored. */
  readonly require: () => Promise<void>;
  /** Gives its room up; false where there was none. */
  readonly giveUp: () => Promise<boolean>;
}

/** The spare room of a folder (dataDir). */
export function openSpare(folder: string): Spare {
  const path = pathIn(folder);
  /** Made by the first who wants it, for all who do. */
  let made: Promise<void> | null = null;
  const make = async () => {
    // Nothing that a file system could make smaller.
    if (!(await hasSize(path))) await replaceFile(path, randomBytes(SIZE));
  };
  return {
    async require() {
      try {
        // One that can only be read any more still has its files. Asked before each document, and so at once.
        accessSync(folder, constants.W_OK);
        await (made ??= make());
      } catch (cause) {
        made = null;
        throw trouble(folder, cause);
      }
    },

    async giveUp() {
      const wasThere = await hasSize(path).catch(() => false);
      made = null;
      await rm(path, { force: true }).catch(() => undefined);
      return wasThere;
    },
  };
}

/** What keeps a folder (dataDir) from storing anything, as far as that is seen from outside; null where nothing does. */
export async function storingTrouble(folder: string): Promise<AutodError | null> {
  try {
    await access(folder, constants.W_OK);
    if (await hasSize(pathIn(folder))) return null;
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize < SIZE ? full(folder) : null;
  } catch (cause) {
    // It is made by whoever works with it first.
    return isErrno(cause, "ENOENT") ? null : trouble(folder, cause);
  }
}

const pathIn = (folder: string): string => join(folder, "spare");

/** Bytes: all that is still to be written of several documents in work. */
const SIZE = 64 * 1024;

async function hasSize(path: string): Promise<boolean> {
  try {
    return (await stat(path)).size === SIZE;
  } catch (error) {
    if (isErrno(error, "ENOENT")) return false;
    throw error;
  }
}

function trouble(folder: string, cause: unknown): AutodError {
  return isErrno(cause, "ENOSPC", "EDQUOT")
    ? full(folder, cause)
    : new AutodError("DISK_FAULT", `nothing can be stored in ${folder}: ${reasonIn(cause)}`, {
        cause,
      });
}

const full = (folder: string, cause?: unknown): AutodError =>
  new AutodError("DISK_FULL", `${folder} has no room left for the store`, { cause });
