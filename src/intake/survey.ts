import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import type { Config } from "../config/schema.ts";
import type { Folder } from "../document.ts";
import { isErrno } from "../errors.ts";
import { isRefusal } from "../filing/trouble.ts";
import { spending, spentBy } from "../money/spent.ts";
import { isHeld } from "../store/lock.ts";
import { type DocumentRecord, statuses } from "../store/record.ts";
import { readCalls, readRecords } from "../store/store.ts";
import { block, blocksIn, type Reader } from "./blocked.ts";
import { judgeName } from "./judge.ts";
import { listInbox } from "./list.ts";
import { wait, waitsIn } from "./waits.ts";

const folder = z.object({
  name: z.string(),
  /** What keeps it from working; none where it is online. */
  faults: z.array(
    z.object({
      root: z.enum(["inbox", "archive", "quarantine"]),
      path: z.string(),
      message: z.string(),
    }),
  ),
  /** PDFs in its inbox that were not taken yet; null where nobody can look. */
  untaken: z.int().nullable(),
  /** Documents of this folder that are in work. */
  processing: z.int(),
});

/** What autod is doing and what keeps it from doing more, as far as that is seen from outside. */
export const survey = z.object({
  /** Whether an autod works with this dataDir now. */
  running: z.boolean(),
  dataDir: z.string(),
  folders: z.array(folder),
  /** How many there are of each status. */
  documents: z.record(z.enum(statuses), z.int()),
  waiting: z.array(wait),
  blocks: z.array(block),
  spending,
});

export type Survey = z.infer<typeof survey>;
export type FolderSurvey = z.infer<typeof folder>;

/** Looks around, beside a running autod too; makes and changes nothing. */
export async function takeSurvey(
  { dataDir, folders, budget }: Pick<Config, "dataDir" | "folders" | "budget">,
  profiles: ReadonlyMap<string, Reader>,
): Promise<Survey> {
  const running = isHeld(dataDir);
  const records = await readRecords(dataDir);
  const calls = await readCalls(dataDir, records);
  return {
    running,
    dataDir,
    folders: await Promise.all(folders.map((one) => surveyFolder(one, records))),
    documents: countByStatus(records),
    waiting: waitsIn(records),
    blocks: blocksIn(records, profiles),
    spending: spentBy(calls, budget),
  };
}

async function surveyFolder(
  one: Folder,
  records: readonly DocumentRecord[],
): Promise<FolderSurvey> {
  const roots = ["inbox", "archive", "quarantine"] as const;
  const looks = roots.map(async (root) => {
    const message = await faultOf(one[root]);
    return message === null ? [] : [{ root, path: one[root], message }];
  });
  const faults = (await Promise.all(looks)).flat();
  const isOpen = faults.every(({ root }) => root !== "inbox");
  const own = records.filter((record) => record.folder === one.name);
  return {
    name: one.name,
    faults,
    untaken: isOpen ? await countUntaken(one, records) : null,
    processing: own.filter(({ status }) => status === "processing").length,
  };
}

async function faultOf(path: string): Promise<string | null> {
  try {
    await readdir(path);
    return null;
  } catch (error) {
    if (isErrno(error, "ENOENT")) return "doesn't exist";
    if (isErrno(error, "ENOTDIR")) return "is no folder";
    if (isRefusal(error)) return `can't be read (${error.code})`;
    throw error;
  }
}

/** What was put back, and waits there, was taken. */
async function countUntaken(
  { inbox, recursive }: Folder,
  records: readonly DocumentRecord[],
): Promise<number> {
  const parked = new Set(records.map(({ waiting }) => waiting?.parked?.path));
  let untaken = 0;
  for await (const { relative } of listInbox(inbox)) {
    if (judgeName(relative, recursive) !== null || parked.has(join(inbox, relative))) continue;
    untaken += 1;
  }
  return untaken;
}

function countByStatus(records: readonly DocumentRecord[]): Survey["documents"] {
  const counts = Object.fromEntries(statuses.map((status) => [status, 0]));
  for (const { status } of records) counts[status] = (counts[status] ?? 0) + 1;
  return counts as Survey["documents"];
}
