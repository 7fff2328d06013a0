import { constants, type Stats } from "node:fs";
import { lstat, open, readdir, realpath } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { z } from "zod";
import type { Folder } from "../document.ts";
import { isErrno } from "../errors.ts";
import { isRefusal } from "../filing/trouble.ts";
import { fingerprint } from "../fingerprint.ts";
import { type DocumentRecord, record } from "../store/record.ts";
import { judgeFile, refusals } from "./judge.ts";
import { isUnspelt, listInbox } from "./list.ts";
import { type Lying, obstacle, obstaclesTo, type Situation } from "./obstacles.ts";
import { ownFolderOf } from "./own-folder.ts";

const at = { path: z.string() };
/** Why its file can't be seen now, for a disk is away; null where nothing hides it. */
const hidden = z.string().nullable();

/** What became of a file, or why nothing did. */
export const explanation = z.discriminatedUnion("verdict", [
  z
    .object({ ...at, verdict: z.literal("document"), record, hidden })
    .describe("It is, or was, this one."),
  z
    .object({ ...at, verdict: z.literal("duplicate"), record, hidden })
    .describe("It has the same bytes."),
  z
    .object({ ...at, verdict: z.literal("in-work"), folder: z.string(), staged: z.string() })
    .describe("It was taken a moment ago, and nobody knows yet which document it is."),
  z
    .object({ ...at, verdict: z.literal("ignored"), code: z.string(), message: z.string() })
    .describe("It lies in an inbox and is left there."),
  z
    .object({
      ...at,
      verdict: z.literal("not-yet"),
      folder: z.string(),
      /** The id of the document that has the same bytes; null where none has, or nobody can tell. */
      sameAs: z.string().nullable(),
      obstacles: z.array(obstacle),
    })
    .describe("It lies in an inbox, and is taken once nothing stands in the way."),
  z
    .object({ ...at, verdict: z.literal("offline"), folder: z.string(), message: z.string() })
    .describe("Its inbox is away, and no document is known to have come from there."),
  z
    .object({ ...at, verdict: z.enum(["elsewhere", "missing"]) })
    .describe("Nothing is known of it."),
]);

export type Explanation = z.infer<typeof explanation>;
type Verdict = Explanation extends infer One
  ? One extends Explanation
    ? Omit<One, "path">
    : never
  : never;

/** The same, before it was looked whether a disk is away. */
type Judged = Verdict extends infer One
  ? One extends Verdict
    ? Omit<One, "hidden">
    : never
  : never;

/** A file that is there, with its stats, and with its path as it is printed. */
interface Found extends Lying {
  readonly printed: string;
  readonly stats: Stats;
}

/** Explains the file at an absolute path: by its bytes if it is there, else by where documents have been. */
export async function explain(path: string, situation: Situation): Promise<Explanation> {
  const folder = situation.roots.folders.find(({ inbox }) => path.startsWith(inbox + sep));
  const found = (await findAt(path)) ?? (folder && (await findUnspelt(path, folder)));
  if (!found) {
    const known = findByPath(situation.records, path) ?? findInHistory(situation.records, path);
    const absent = known ?? (await explainAbsence(path, folder, situation));
    return { path, ...(await withHiding(absent, situation)) };
  }
  const judged = await judge(found, folder, situation);
  return { path: found.printed, ...(await withHiding(judged, situation)) };
}

async function withHiding(judged: Judged, { roots }: Situation): Promise<Verdict> {
  if (judged.verdict !== "document" && judged.verdict !== "duplicate") return judged;
  const away = await roots.hiding(judged.record);
  return { ...judged, hidden: away?.error.message ?? null };
}

async function judge(
  found: Found,
  folder: Folder | undefined,
  situation: Situation,
): Promise<Judged> {
  const { records } = situation;
  const { printed, stats } = found;
  const byPath = findByPath(records, printed);
  if (byPath?.record.work?.staged === printed) return byPath;
  const inWork = folder && inStaging(printed, folder);
  if (inWork) return inWork;
  const refusal = folder && (await refusalOf(found, folder));
  if (refusal) return { verdict: "ignored", code: refusal, message: refusals[refusal] };

  const known = await findByBytes(records, found);
  if (known?.waiting?.parked?.path === printed) return { verdict: "document", record: known };
  if (folder) {
    const obstacles = await obstaclesTo({ path: found.path, stats }, folder, situation);
    return { verdict: "not-yet", folder: folder.name, sameAs: known?.id ?? null, obstacles };
  }
  if (!known) return byPath ?? { verdict: "elsewhere" };
  return { verdict: byPath?.record === known ? byPath.verdict : "duplicate", record: known };
}

async function findAt(path: string): Promise<Found | null> {
  try {
    return { path, printed: path, stats: await lstat(path) };
  } catch (error) {
    if (isErrno(error, "ENOENT", "ENOTDIR", "ENAMETOOLONG")) return null;
    throw error;
  }
}

/** A name that is no UTF-8 is asked for as autod prints it, or as the shell's own bytes came through. */
async function findUnspelt(path: string, { inbox }: Folder): Promise<Found | null> {
  try {
    for await (const spot of listInbox(inbox)) {
      if (!isUnspelt(spot)) continue;
      const printed = join(inbox, spot.relative);
      if (printed !== path && spot.path.toString() !== path) continue;
      return { path: spot.path, printed, stats: await lstat(spot.path) };
    }
    return null;
  } catch (error) {
    if (isErrno(error, "ENOENT", "ENOTDIR")) return null;
    throw error;
  }
}

async function refusalOf({ path, printed }: Found, folder: Folder) {
  const top = await lstat(await realpath(folder.inbox));
  const spot = { path, relative: relative(folder.inbox, printed) };
  const refusal = await judgeFile(folder, spot, top);
  return refusal === "GONE" ? null : refusal;
}

/** The newest document that was, is or is about to be at a path. */
function findByPath(records: readonly DocumentRecord[], path: string) {
  const newestFirst = records.toSorted((a, b) => b.updatedAt.localeCompare(a.updatedAt));
  const document = newestFirst.find(({ source, filedAs, waiting, work }) =>
    [source.path, filedAs, waiting?.parked?.path, work?.staged].includes(path),
  );
  if (document) return { verdict: "document", record: document } as const;
  const original = newestFirst.find(({ duplicates }) =>
    duplicates.some((one) => one.path === path || one.movedTo === path),
  );
  return original && ({ verdict: "duplicate", record: original } as const);
}

/** The newest document that was put at, or taken from, a path where no file is any more. */
function findInHistory(records: readonly DocumentRecord[], path: string) {
  const document = records
    .toSorted((a, b) => b.updatedAt.localeCompare(a.updatedAt))
    .find(({ history }) => history.some(({ from, to }) => from === path || to === path));
  return document && ({ verdict: "document", record: document } as const);
}

/** Only what is as long as the file can be the file; so nothing is read that is larger than what is ever taken. */
async function findByBytes(records: readonly DocumentRecord[], { path, stats }: Found) {
  const isLikely = stats.isFile() && records.some(({ bytes }) => bytes === stats.size);
  if (!isLikely) return undefined;
  try {
    const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
    await using handle = await open(path, flags);
    const { sha256 } = await fingerprint(handle);
    return records.find((known) => known.sha256 === sha256);
  } catch (error) {
    // What can't be read is known by its path alone.
    if (isRefusal(error)) return undefined;
    throw error;
  }
}

/** Where a path below staging came from; undefined where it is none. */
function inStaging(path: string, { name, inbox }: Folder) {
  const [staging, instance, claim, ...inside] = relative(ownFolderOf(inbox), path).split(sep);
  const isStaged = staging === "staging" && instance && claim && inside.length > 0;
  return isStaged ? ({ verdict: "in-work", folder: name, staged: path } as const) : undefined;
}

async function explainAbsence(
  path: string,
  folder: Folder | undefined,
  { roots }: Situation,
): Promise<Judged> {
  if (!folder) return { verdict: "missing" };
  const away = await roots.at(folder.inbox);
  if (away) return { verdict: "offline", folder: folder.name, message: away.error.message };
  return (await findTaken(path, folder)) ?? { verdict: "missing" };
}

/** A file that was claimed a moment ago, looked for in the claims by the path that it had. */
async function findTaken(path: string, { inbox, name }: Folder) {
  const top = join(ownFolderOf(inbox), "staging");
  for (const instance of await namesIn(top)) {
    for (const claim of await namesIn(join(top, instance))) {
      const staged = join(top, instance, claim, relative(inbox, path));
      if (await findAt(staged)) return { verdict: "in-work", folder: name, staged } as const;
    }
  }
  return undefined;
}

const namesIn = (folder: string): Promise<string[]> => readdir(folder).catch(() => []);
