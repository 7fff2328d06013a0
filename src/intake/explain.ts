import type { Stats } from "node:fs";
import { lstat } from "node:fs/promises";
import { relative, sep } from "node:path";
import { z } from "zod";
import type { Folder } from "../document.ts";
import { isErrno } from "../errors.ts";
import { fingerprintAt } from "../fingerprint.ts";
import { type DocumentRecord, record } from "../store/record.ts";
import { judgeName, judgeStats, refusals } from "./judge.ts";

const at = { path: z.string() };

/** What became of a file, or why nothing did. */
export const explanation = z.discriminatedUnion("verdict", [
  z.object({ ...at, verdict: z.literal("document"), record }).describe("It is, or was, this one."),
  z.object({ ...at, verdict: z.literal("duplicate"), record }).describe("It has the same bytes."),
  z
    .object({ ...at, verdict: z.literal("ignored"), code: z.string(), message: z.string() })
    .describe("It lies in an inbox and is left there."),
  z
    .object({ ...at, verdict: z.literal("not-yet"), folder: z.string() })
    .describe("It lies in an inbox, and nothing speaks against it."),
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

/** Explains the file at an absolute path: by its bytes if it is there, else by where documents have been. */
export async function explain(
  path: string,
  folders: readonly Folder[],
  records: readonly DocumentRecord[],
): Promise<Explanation> {
  return { path, ...(await judgePath(path, folders, records)) };
}

async function judgePath(
  path: string,
  folders: readonly Folder[],
  records: readonly DocumentRecord[],
): Promise<Verdict> {
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

async function judgeInInbox(folder: Folder, path: string, stats: Stats): Promise<Verdict> {
  const name = judgeName(relative(folder.inbox, path), folder.recursive);
  const code = name ?? judgeStats(stats, await lstat(folder.inbox));
  if (code) return { verdict: "ignored", code, message: refusals[code] };
  return { verdict: "not-yet", folder: folder.name };
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

/** Only what is as long as the file can be the file; nothing is read for the others. */
async function findByBytes(records: readonly DocumentRecord[], path: string, size: number) {
  if (!records.some(({ bytes }) => bytes === size)) return undefined;
  const { sha256 } = await fingerprintAt(path);
  return records.find((known) => known.sha256 === sha256);
}

async function statsIfAny(path: string): Promise<Stats | null> {
  try {
    return await lstat(path);
  } catch (error) {
    if (isErrno(error, "ENOENT", "ENOTDIR")) return null;
    throw error;
  }
}
