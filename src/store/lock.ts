import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { AutodError } from "../errors.ts";

/**
 * Holds the store for this process alone; throws STORE_LOCKED if another has it.
 *
 * The kernel lets go of it when the process dies, however that happens: it is SQLite's own exclusive file
 * lock (https://www.sqlite.org/pragma.html#pragma_locking_mode), which needs no native dependency.
 */
export function lockStore(folder: string): Disposable {
  const path = join(folder, "autod.lock");
  const database = new DatabaseSync(path);
  try {
    database.exec("PRAGMA locking_mode = EXCLUSIVE; PRAGMA busy_timeout = 0");
    database.exec("BEGIN EXCLUSIVE");
  } catch (cause) {
    database.close();
    throw new AutodError("STORE_LOCKED", `${folder} is held by another autod`, { cause });
  }
  return { [Symbol.dispose]: () => database.close() };
}
