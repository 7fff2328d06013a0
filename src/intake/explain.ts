import { constants, type Stats } from "node:fs";
import { lstat, open } from "node:fs/promises";
import { relative, sep } from "node:path";
import type { Folder } from "../document.ts";
import { isErrno } from "../errors.ts";
import { fingerprint } from "../fingerprint.ts";
import type { DocumentRecord } from "../store/record.ts";
import { judgeName, judgeStats, type Refusal, refusals } from "./judge.ts";

/** What became of a file, or why nothing did. */
export type Explanation =
  /** It is, or was, this document. */
  | { readonly verdict: "document"; readonly record: DocumentRecord }
  /** It has the same bytes as this document. */
  | { readonly verdict: "duplicate"; readonly record: DocumentRecord }
  /** It lies in an inbox and is left there. */
  | { readonly verdict: "ignored"; readonly code: Refusal; readonly message: string }
  /** It lies in an inbox and nothing speaks against it. */
  | { readonly verdict: "not-yet"; readonly folder: string }
  | { readonly verdict: "elsewhere" | "missing" };

/** Explains the file at an absolute path: by its bytes if it is there, else by where documents have been. */
export async function explain(
  path: string,
  folders: readonly Folder[],
  records: readonly DocumentRecord[],
): Promise<Explanation> {
  const stats = await statsIfAny(path);
  const folder = folders.find(({ inbox }) => path.startsWith(inbox + sep));
  const byPath = findByPath(records, path);
  if (!stats) return byPath ?? { verdict: "missing" };

  const inInbox = folder && (await judgeInInbox(folder, path, stats));
  if (inInbox?.verdict === "ignored") return inInbox;
  const known = stats.isFile() ? await findByBytes(records, path, stats.size) : undefined;
  if (!known) return inInbox ?? byPath ?? { verdict: "elsewhere" };
  const same = byPath?.record === known ? byPath.verdict : "duplicate";
  return { verdict: known.waiting?.parked?.path === path ? "document" : same, record: known };
}

async function judgeInInbox(folder: Folder, path: string, stats: Stats): Promise<Explanation> {
  const name = judgeName(relative(folder.inbox, path), folder.recursive);
  const code = name ?? judgeStats(stats, await lstat(folder.inbox));
  if (code) return { verdict: "ignored", code, message: refusals[code] };
  return { verdict: "not-yet", folder: folder.name };
}

/** The newest document that was, is or is about to be at a path. */
function findByPath(records: readonly DocumentRecord[], path: string) {
  const newestFirst = records.toSorted((a, b) => b.updatedAt.localeCompare(a.updatedAt));
  for (const record of newestFirst) {
    const { source, filedAs, waiting, work } = record;
    const places = [source.path, filedAs, waiting?.parked?.path, work?.staged];
    if (places.includes(path)) return { verdict: "document", record } as const;
  }
  for (const record of newestFirst) {
    if (record.duplicates.some((one) => one.path === path || one.movedTo === path)) {
      return { verdict: "duplicate", record } as const;
    }
  }
  return undefined;
}

/** Only what is as long as the file can be the file; nothing is read for the others. */
async function findByBytes(records: readonly DocumentRecord[], path: string, size: number) {
  if (!records.some(({ bytes }) => bytes === size)) return undefined;
  await using file = await open(
    path,
    constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK,
  );
  const { sha256 } = await fingerprint(file);
  return records.find((record) => record.sha256 === sha256);
}

async function statsIfAny(path: string): Promise<Stats | null> {
  try {
    return await lstat(path);
  } catch (error) {
    if (isErrno(error, "ENOENT", "ENOTDIR")) return null;
    throw error;
  }
}
