import type { Stats } from "node:fs";
import { basename, sep } from "node:path";

/** Why a file in an inbox is left where it lies; it is looked at again when it changes. */
export const refusals = {
  HIDDEN: "its name, or a folder's above it, begins with a dot",
  TEMPORARY: "its name is that of a file that is still being written",
  NAME_UNREADABLE: "its name is not valid UTF-8, so it can't be opened by it",
  NOT_NAMED_PDF: "its name doesn't end in .pdf",
  IN_SUBFOLDER: "it lies in a sub-folder, and recursive is false",
  NO_FILE: "it is no regular file (a folder, a pipe, a device)",
  SYMBOLIC_LINK: "it is a symbolic link, and links are not followed",
  HARD_LINKED: "the file has another name elsewhere (a hard link)",
  OTHER_DEVICE: "it lies on another file system than its inbox",
  OUTSIDE: "its real place is outside the inbox",
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
  // What stands for bytes that are no character.
  if (relative.includes("\ufffd")) return "NAME_UNREADABLE";
  if (!/\.pdf$/i.test(relative)) return "NOT_NAMED_PDF";
  if (!recursive && parts.length > 1) return "IN_SUBFOLDER";
  return null;
}

/** Judges a file by what `lstat` says of it, beside its inbox. */
export function judgeStats(
  stats: Pick<Stats, "isFile" | "isSymbolicLink" | "nlink" | "dev">,
  inbox: Pick<Stats, "dev">,
): Refusal | null {
  if (stats.isSymbolicLink()) return "SYMBOLIC_LINK";
  if (!stats.isFile()) return "NO_FILE";
  if (stats.nlink > 1) return "HARD_LINKED";
  if (stats.dev !== inbox.dev) return "OTHER_DEVICE";
  return null;
}
