import { existsSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { AutodError } from "../errors.ts";
import { holderOf, leaveWord } from "./holder.ts";

/**
 * Holds the store for this process alone; throws STORE_LOCKED if another has it, DISK_FAULT if nobody can.
 *
 * The kernel lets go of it when the process dies, however that happens: it is SQLite's own exclusive file
 * lock (https://www.sqlite.org/pragma.html#pragma_locking_mode), which needs no native dependency.
 */
export function lockStore(folder: string): Disposable {
  const path = lockIn(folder);
  using opening = new DisposableStack();
  try {
    const database = opening.adopt(new DatabaseSync(path), (opened) => opened.close());
    // No file beside it: a full disk is no reason not to start.
    database.exec(`PRAGMA journal_mode = MEMORY; PRAGMA busy_timeout = ${PATIENCE}`);
    database.exec("PRAGMA locking_mode = EXCLUSIVE");
    database.exec("BEGIN EXCLUSIVE");
  } catch (cause) {
    throw isBusy(cause)
      ? new AutodError(
          "STORE_LOCKED",
          `the store in ${folder} is held by another autod${holderOf(folder)}`,
          { cause },
        )
      : new AutodError("DISK_FAULT", `${path} can't be locked: ${reasonIn(cause)}`, { cause });
  }
  leaveWord(folder);
  return opening.move();
}

/**
 * Whether a process holds the store now; makes nothing where there is none yet. Throws DISK_FAULT.
 *
 * It looks by sharing the lock for an instant, which others' looks don't mind, and who wants to hold it outwaits.
 */
export function isHeld(folder: string): boolean {
  const path = lockIn(folder);
  if (!existsSync(path)) return false;
  try {
    using looking = new DisposableStack();
    const database = looking.adopt(new DatabaseSync(path, { readOnly: true }), (opened) =>
      opened.close(),
    );
    database.exec("PRAGMA busy_timeout = 0; PRAGMA schema_version");
    return false;
  } catch (cause) {
    if (isBusy(cause)) return true;
    throw new AutodError("DISK_FAULT", `${path} can't be read: ${reasonIn(cause)}`, { cause });
  }
}

const lockIn = (folder: string): string => join(folder, "autod.lock");

/** Milliseconds that a look may take. */
const PATIENCE = 500;
const SQLITE_BUSY = 5;

/** SQLite's own words: "unable to open database file". */
const reasonIn = (cause: unknown): string =>
  cause instanceof Error ? cause.message : String(cause);

function isBusy(error: unknown): boolean {
  return error instanceof Error && "errcode" in error && error.errcode === SQLITE_BUSY;
}
