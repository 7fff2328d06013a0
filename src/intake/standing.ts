import type { DocumentRecord } from "../store/record.ts";
import { bytesAt } from "./bytes-at.ts";

type Filed = Pick<DocumentRecord, "filedAs" | "sha256">;

/** Why a document's file is not what was filed: it is gone, unless it may be, or has other bytes; null where it is. */
export async function againstFile(
  { filedAs, sha256 }: Filed,
  mayBeGone = false,
): Promise<string | null> {
  if (filedAs === null) return "nothing says where its file stands";
  const found = await bytesAt(filedAs);
  if (found === sha256 || (found === null && mayBeGone)) return null;
  return found === null
    ? `its file is gone from ${filedAs}`
    : `its file has changed since it was filed as ${filedAs}`;
}

/** Why nothing can be done with a document whose folder left the configuration. */
export const withoutFolder = ({ folder }: Pick<DocumentRecord, "folder">): string =>
  `its folder ${folder} is no longer in the configuration`;
