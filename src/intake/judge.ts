import type { StatsBase } from "node:fs";
import { basename, sep } from "node:path";

/** Why a file in an inbox is left where it lies; it is looked at again when it changes. */
export const refusals = {
  HIDDEN:
    "its name, or a folder's above it, begins with a dot or is one that storage devices use (@eaDir)",
  TEMPORARY: "its name is that of a file that is still being written",
  NOT_NAMED_PDF: "its name doesn't end in .pdf",
  IN_SUBFOLDER: "it lies in a sub-folder, and recursive is false",
  NO_FILE: "it is no regular file (a folder, a pipe, a device)",
  SYMBOLIC_LINK: "it is a symbolic link, and links are not followed",
  HARD_LINKED: "the file has another name elsewhere (a hard link)",
  OTHER_DEVICE: "it lies on another file system than its inbox",
  OUTSIDE: "its real place is outside the inbox",
  TOO_LARGE: "it is larger than 512 MB, the most that the Files API takes of one file",
  PATH_TOO_LONG: "its path is so long that autod can't move it to where it works",
  NOT_PERMITTED: "autod may not read it, or may not move it away",
} as const;

export type Refusal = keyof typeof refusals;

const temporary =
  /(^~\$)|(^#.*#$)|(~$)|(\.(part|partial|crdownload|download|filepart|tmp|temp|swp|swx|opdownload|!ut)$)/i;
/** Folders in which storage devices keep previews and deleted files. */
const system = /^(@eaDir|#recycle|lost\+found|\$RECYCLE\.BIN)$/i;

/** Judges a file by its name below the inbox; null where there is nothing against it. */
export function judgeName(relative: string, recursive: boolean): Refusal | null {
  const parts = relative.split(sep);
  if (parts.some((part) => part.startsWith(".") || system.test(part))) return "HIDDEN";
  if (temporary.test(basename(relative))) return "TEMPORARY";
  if (!/\.pdf$/i.test(relative)) return "NOT_NAMED_PDF";
  if (!recursive && parts.length > 1) return "IN_SUBFOLDER";
  return null;
}

/** The most that the Files API takes of one file, in bytes. */
const mostBytes = 512_000_000;

/** Judges a file by what `lstat` says of it, beside its inbox. */
export function judgeStats<N extends number | bigint>(
  stats: Pick<StatsBase<N>, "isFile" | "isSymbolicLink" | "nlink" | "dev" | "size">,
  inbox: Pick<StatsBase<N>, "dev">,
): Refusal | null {
  if (stats.isSymbolicLink()) return "SYMBOLIC_LINK";
  if (!stats.isFile()) return "NO_FILE";
  if (stats.nlink > 1) return "HARD_LINKED";
  if (stats.dev !== inbox.dev) return "OTHER_DEVICE";
  if (stats.size > mostBytes) return "TOO_LARGE";
  return null;
}
