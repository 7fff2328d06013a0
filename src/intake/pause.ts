import { rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { isErrno } from "../errors.ts";
import { replaceFile } from "../store/durable.ts";
import { syncFolder } from "../sync.ts";

/** Whether a person wants nothing new to be taken; it survives a restart. */
export interface Pause {
  /** Since when (ISO 8601, UTC); null where it is not so. */
  readonly since: () => string | null;
  /** Durable when it resolves. */
  readonly begin: () => Promise<void>;
  readonly end: () => Promise<void>;
  /** Resolves when work may be taken; false where it may not now, and the asker isn't `patient`. */
  readonly free: (patient: boolean) => Promise<boolean>;
}

/** A file that is there while autod is paused, as old as the pause. */
const fileIn = (dataDir: string): string => join(dataDir, "paused");

/** Since when the autod that works with a dataDir is paused, or the next will be; null where it is not so. */
export async function readPause(dataDir: string): Promise<string | null> {
  try {
    return (await stat(fileIn(dataDir))).mtime.toISOString();
  } catch (error) {
    if (isErrno(error, "ENOENT")) return null;
    throw error;
  }
}

/** Only who holds the dataDir may. */
export async function openPause(dataDir: string): Promise<Pause> {
  let since = await readPause(dataDir);
  let ended = Promise.withResolvers<void>();
  return {
    since: () => since,
    async begin() {
      if (since !== null) return;
      await replaceFile(fileIn(dataDir), "autod is paused; autod resume ends that\n");
      since = await readPause(dataDir);
    },
    async end() {
      await rm(fileIn(dataDir), { force: true });
      await syncFolder(dataDir);
      since = null;
      ended.resolve();
      ended = Promise.withResolvers();
    },
    async free(patient) {
      for (;;) {
        if (since === null) return true;
        if (!patient) return false;
        await ended.promise;
      }
    },
  };
}
