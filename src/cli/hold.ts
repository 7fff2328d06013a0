import { AutodError } from "../errors.ts";
import { type DataDir, openDataDir } from "../store/data-dir.ts";
import { holderOf } from "../store/holder.ts";

/** Holds the store to change it, as `openDataDir`; while autod is running it throws what can be done meanwhile. */
export async function holdStore(dataDir: string, hint: string): Promise<DataDir> {
  try {
    return await openDataDir(dataDir);
  } catch (error) {
    throw hintWhileRunning(error, dataDir, hint);
  }
}

/** Where an error says that the store is held, it is told what can be done while autod is running. */
export function hintWhileRunning(error: unknown, dataDir: string, hint: string): unknown {
  if (!(error instanceof AutodError) || error.code !== "STORE_LOCKED") return error;
  const message = `autod is running${holderOf(dataDir)}, and holds the store in ${dataDir}`;
  return new AutodError(error.code, message, { cause: error, hint });
}
