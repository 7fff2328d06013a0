import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { AutodError } from "../errors.ts";

/**
 * Holds the store for this process alone; throws STORE_LOCKED if another has it, DISK_FAULT if nobody can.
 *
 * The kernel lets go of it when the process dies, however that happens: it is SQLite's own exclusive file
 * lock (https://www.sqlite.org/pragma.html#pragma_locking_mode), which needs no native dependency.
 */
export function lockStore(folder: string): Disposable {
  const path = join(folder, "autod.lock");
  using opening = new DisposableStack();
  try {
    const database = opening.adopt(new DatabaseSync(path), (opened) => opened.close());
    database.exec("PRAGMA locking_mode = EXCLUSIVE; PRAGMA busy_timeout = 0");
    database.exec("BEGIN EXCLUSIVE");
  } catch (cause) {
    throw isBusy(cause)
      ? new AutodError("STORE_LOCKED", `${folder} is held by another autod`, { cause })
      : new AutodError("DISK_FAULT", `${path} can't be locked`, { cause });
  }
  return opening.move();
}

const SQLITE_BUSY = 5;

function isBusy(error: unknown): boolean {
  return error instanceof Error && "errcode" in error && error.errcode === SQLITE_BUSY;
}
