import type { Folder } from "../document.ts";
import { stands } from "../stands.ts";
import type { DocumentRecord } from "../store/record.ts";
import { missingRoot } from "./roots.ts";

/**
 * Whether a document would be taken up again if its bytes were saved once more, and not be a duplicate of itself.
 *
 * That is so where its file is gone, or failed and cost nothing. On a disk that is away nothing is gone.
 */
export async function isTakenUp(
  { status, folder: name, filedAs, waiting, work, calls, bytes }: DocumentRecord,
  folders: readonly Folder[],
): Promise<boolean> {
  if (status === "processing") return false;
  if (status === "quarantined") return calls.length === 0;
  const folder = folders.find((one) => one.name === name);
  if (folder && (await missingRoot(folder)) !== null) return false;
  if (status === "archived" || status === "review") {
    return filedAs === null || !(await stands(filedAs, { size: bytes }));
  }
  const parked = waiting?.parked;
  if (parked) return !(await stands(parked.path, { ino: parked.ino }));
  return work === null || !(await stands(work.staged));
}
