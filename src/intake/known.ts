import { stands } from "../stands.ts";
import type { DocumentRecord } from "../store/record.ts";
import type { Roots } from "./roots.ts";

/**
 * Whether a document would be taken up again if its bytes were saved once more, and not be a duplicate of itself.
 *
 * That is so where its file is gone, or failed and cost nothing. On a disk that is away nothing is gone.
 */
export async function isTakenUp(
  record: DocumentRecord,
  roots: Pick<Roots, "hiding">,
): Promise<boolean> {
  const { status, filedAs, waiting, work, calls, bytes } = record;
  if (status === "processing") return false;
  if (status === "quarantined" && calls.length > 0) return false;
  if (await roots.hiding(record)) return false;
  if (status === "quarantined") return true;
  if (status === "archived" || status === "review") {
    return filedAs === null || !(await stands(filedAs, { size: bytes }));
  }
  const parked = waiting?.parked;
  if (parked) return !(await stands(parked.path, { ino: parked.ino }));
  return work === null || !(await stands(work.staged));
}
