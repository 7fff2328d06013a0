import type { Stats, StatsBase } from "node:fs";
import { lstat } from "node:fs/promises";
import { basename, sep } from "node:path";
import type { Folder } from "../document.ts";
import { isErrno } from "../errors.ts";
import { isRefusal } from "../filing/trouble.ts";
import type { Spot } from "./list.ts";
import { occupantFile } from "./occupy.ts";

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
  NOT_DOWNLOADED:
    "its content is not on this machine: a cloud service keeps it, or room was only set aside",
  NOT_PERMITTED: "autod may not read it, or may not move it away",
} as const;

export type Refusal = keyof typeof refusals;

/** What hides or is still being written is nobody's business. */
export const unspoken: ReadonlySet<Refusal> = new Set(["HIDDEN", "TEMPORARY"]);

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

/**
 * Whether a file has a size and no content: reading it would wait for whoever has it, or fail.
 *
 * Not where the file system says so of all files; it does of one that is autod's own then.
 */
export async function isPlaceholder<N extends number | bigint>(
  { size, blocks }: Pick<StatsBase<N>, "size" | "blocks">,
  inbox: string,
): Promise<boolean> {
  if (Number(size) === 0 || Number(blocks) > 0) return false;
  const own = await lstat(occupantFile(inbox)).catch(() => null);
  return own !== null && own.size > 0 && own.blocks > 0;
}

/** Judges a file in an inbox by all that is seen without opening it; GONE where it isn't there. */
export async function judgeFile(
  { inbox, recursive }: Folder,
  { path, relative }: Spot,
  top: Pick<Stats, "dev">,
): Promise<Refusal | "GONE" | null> {
  const named = judgeName(relative, recursive);
  if (named) return named;
  try {
    const stats = await lstat(path);
    const refusal = judgeStats(stats, top);
    return refusal ?? ((await isPlaceholder(stats, inbox)) ? "NOT_DOWNLOADED" : null);
  } catch (error) {
    if (isErrno(error, "ENOENT", "ENOTDIR")) return "GONE";
    if (isErrno(error, "ENAMETOOLONG")) return "PATH_TOO_LONG";
    // What can't be looked at is told of when it is taken.
    if (isRefusal(error)) return null;
    throw error;
  }
}
