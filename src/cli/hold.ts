import { AutodError } from "../errors.ts";
import { type DataDir, openDataDir } from "../store/data-dir.ts";
import { holderOf } from "../store/holder.ts";

/** Holds the store to change it, as `openDataDir`; while autod is running it throws what can be done meanwhile. */
export async function holdStore(dataDir: string, hint: string): Promise<DataDir> {
  try {
    return await openDataDir(dataDir);
  } catch (cause) {
    if (!(cause instanceof AutodError) || cause.code !== "STORE_LOCKED") throw cause;
    const message = `autod is running${holderOf(dataDir)}, and holds the store in ${dataDir}`;
    throw new AutodError(cause.code, message, { cause, hint });
  }
}
