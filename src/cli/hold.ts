import { AutodError } from "../errors.ts";
import { type DataDir, openDataDir } from "../store/data-dir.ts";
import { holderOf } from "../store/holder.ts";

/** Holds the store to change it, as `openDataDir`; where another autod has it, it throws what can be done. */
export async function holdStore(dataDir: string, hint = USUAL): Promise<DataDir> {
  try {
    return await openDataDir(dataDir);
  } catch (error) {
    throw hintWhileHeld(error, dataDir, hint);
  }
}

/** Where an error says that the store is held, it is told by whom, and what can be done. */
export function hintWhileHeld(error: unknown, dataDir: string, hint = USUAL): unknown {
  if (!(error instanceof AutodError) || error.code !== "STORE_LOCKED") return error;
  const message = `autod is running${holderOf(dataDir)}, and holds the store in ${dataDir}`;
  return new AutodError(error.code, message, { cause: error, hint });
}

/** It would have been asked, if it answered. */
const USUAL =
  "It doesn't answer: it is just starting or ending, or is another command. Try again in a moment; or stop it first.";
