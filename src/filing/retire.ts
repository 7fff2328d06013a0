import { basename } from "node:path";
import type { Filing } from "./filing.ts";
import { moveFile } from "./move.ts";
import { ownName } from "./name.ts";
import { release } from "./quarantine.ts";

/**
 * Takes a document out of quarantine because its bytes came again, and sets it aside as their duplicate.
 *
 * `root` is the archive. The reason beside it goes last: until then it tells what the file is. Returns
 * where the document stands now; errors as `moveFile`.
 */
export async function retire(twin: Filing): Promise<string> {
  const name = ownName(basename(twin.from));
  const movedTo = await moveFile({ ...twin, folders: ["_duplicates"], name });
  await release(twin.from);
  return movedTo;
}
