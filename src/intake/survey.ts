import { lstat, opendir, realpath } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import type { Config } from "../config/schema.ts";
import type { Folder } from "../document.ts";
import { AutodError } from "../errors.ts";
import { requireCapacity } from "../filing/capacity.ts";
import { isRefusal } from "../filing/trouble.ts";
import { allowanceBy } from "../money/allowance.ts";
import { limitsIn } from "../money/budget.ts";
import { asks, asksIn } from "../money/report.ts";
import { shutdown, shutdownsOf } from "../money/shutdown.ts";
import { spending, spentBy } from "../money/spent.ts";
import { usedProfiles } from "../money/used.ts";
import type { Profile } from "../openai/profile.ts";
import { ask } from "../socket/ask.ts";
import { daemonState } from "../state.ts";
import { readInstance } from "../store/data-dir.ts";
import { isHeld } from "../store/lock.ts";
import { storingTrouble } from "../store/spare.ts";
import { type DocumentRecord, statuses } from "../store/record.ts";
import { readBooks, readRecords } from "../store/store.ts";
import { block, blocksIn } from "./blocked.ts";
import { overAt } from "./failure.ts";
import { judgeFile, unspoken } from "./judge.ts";
import { listInbox } from "./list.ts";
import { otherIn } from "./occupy.ts";
import { timeFor } from "./pace.ts";
import { readPause } from "./pause.ts";
import { openRoots, type Roots } from "./roots.ts";
import { wait, waitsIn } from "./waits.ts";
import { askWatching, watching } from "./noticing/watching.ts";

const folderSurvey = z.object({
  name: z.string(),
  /** What keeps it from working; none where it is online. */
  faults: z.array(
    z.object({
      root: z.enum(["inbox", "archive", "quarantine"]),
      path: z.string(),
      message: z.string(),
      /** What can be done about it; null where the message says it all. */
      hint: z.string().nullable(),
    }),
  ),
  /** PDFs in its inbox that were not taken yet; null where nobody can look. */
  untaken: z.int().nullable(),
  /** Documents of this folder that are in work. */
  processing: z.int(),
  /** Files in its inbox that are left where they lie; null where nobody can look. */
  ignored: z.int().nullable(),
  /** What of the budget keeps its files from being taken, and until when; null where nothing does. */
  budget: z.object({ message: z.string(), until: z.iso.datetime() }).nullable(),
  /** How it is watched; null where it isn't, or the autod that does doesn't answer. */
  watching: watching.nullable(),
});

/** What autod is doing and what keeps it from doing more, as far as that is seen from outside. */
export const survey = z.object({
  /** Whether an autod works with this dataDir now. */
  running: z.boolean(),
  dataDir: z.string(),
  /** What the running autod says of itself; null where none answers. */
  daemon: daemonState.nullable(),
  /** Since when nothing new is taken, because a person wants it so; null where it is not so. */
  pausedSince: z.iso.datetime().nullable(),
  /** What keeps it from storing anything, so that nothing is taken; null where nothing does. */
  trouble: z.object({ code: z.string(), message: z.string(), hint: z.string() }).nullable(),
  folders: z.array(folderSurvey),
  /** Milliseconds until all that lies in the folders is done, by how fast the last documents were; null: unknown. */
  remaining: z.int().nullable(),
  /** How many there are of each status. */
  documents: z.record(z.enum(statuses), z.int()),
  /** Those that look like another document: same issuer, date, amount and number. */
  possibleDuplicates: z.int(),
  waiting: z.array(wait),
  blocks: z.array(block),
  spending,
  /** Of all that was ever asked. */
  asks,
  /** Models in use that will answer no more after a day that was announced. */
  shutdowns: z.array(shutdown),
});

export type Survey = z.infer<typeof survey>;
export type FolderSurvey = z.infer<typeof folderSurvey>;

/** Looks around, beside a running autod too; makes and changes nothing. */
export async function takeSurvey(
  config: Pick<Config, "dataDir" | "folders" | "budget" | "prices" | "profiles" | "socket">,
  profiles: ReadonlyMap<string, Profile>,
): Promise<Survey> {
  const { dataDir, folders, socket } = config;
  const running = isHeld(dataDir);
  const records = await readRecords(dataDir);
  const instance = await readInstance(dataDir);
  const books = await readBooks(dataDir, records);
  const roots = openRoots({ dataDir, folders }, { remembers: false });
  const watchingOf = await askWatching(running ? socket : null);
  const daemon = running ? await ask(socket, "/v1/state", daemonState) : null;
  const pausedSince = await readPause(dataDir);
  const allowance = allowanceBy(config, profiles)(books);
  const surveys = await Promise.all(
    folders.map(async (one) => ({
      ...(await surveyFolder(one, roots, records, instance)),
      budget: budgetOf(allowance(one)),
      watching: watchingOf(one.name),
    })),
  );
  const todo = surveys.reduce(
    (sum, { untaken, processing }) => sum + (untaken ?? 0) + processing,
    0,
  );
  const trouble = toldOf(await storingTrouble(dataDir));
  const blocks = blocksIn(records, profiles);
  const isFree = pausedSince === null && trouble === null && blocks.length === 0;
  const isAtWork = running && todo > 0 && isFree;
  return {
    running,
    dataDir,
    daemon,
    pausedSince,
    trouble,
    folders: surveys,
    remaining: isAtWork ? timeFor(todo, records) : null,
    documents: countByStatus(records),
    possibleDuplicates: records.filter((one) => one.possibleDuplicateOf !== null).length,
    waiting: waitsIn(records),
    blocks,
    spending: spentBy(books.calls(), limitsIn(config)),
    asks: asksIn(books),
    shutdowns: shutdownsOf(usedProfiles(config)),
  };
}

/** Until when the budget keeps a folder's files from being taken. */
function budgetOf(trouble: AutodError | null): FolderSurvey["budget"] {
  const until = overAt(trouble);
  return trouble && until !== null ? { message: trouble.message, until } : null;
}

const toldOf = (trouble: AutodError | null): Survey["trouble"] =>
  trouble && { code: trouble.code, message: trouble.message, hint: trouble.hint };

async function surveyFolder(
  one: Folder,
  roots: Roots,
  records: readonly DocumentRecord[],
  instance: string | undefined,
): Promise<Omit<FolderSurvey, "watching" | "budget">> {
  const faults = await rootFaults(one, roots);
  const isOpen = faults.every(({ root }) => root !== "inbox");
  const counts = isOpen ? await countFiles(one, records) : { untaken: null, ignored: null };
  const own = records.filter((record) => record.folder === one.name);
  return {
    name: one.name,
    faults: [...faults, ...(await heldFaults(one, instance))],
    processing: own.filter(({ status }) => status === "processing").length,
    ...counts,
  };
}

/** What keeps a folder from working, as far as that is seen from outside. */
export async function faultsIn(
  one: Folder,
  roots: Pick<Roots, "at">,
  instance: string | undefined,
): Promise<Faults> {
  return [...(await rootFaults(one, roots)), ...(await heldFaults(one, instance))];
}

type Faults = FolderSurvey["faults"];

async function rootFaults(one: Folder, { at }: Pick<Roots, "at">): Promise<Faults> {
  const roots = ["inbox", "archive", "quarantine"] as const;
  const looks = roots.map(async (root) => {
    const path = one[root];
    const away = await at(path);
    if (away) return [{ root, path, message: away.why, hint: away.error.hint }];
    const message = await faultOf(path);
    if (message !== null) return [{ root, path, message, hint: null }];
    return root === "inbox" ? [] : await roomFaults(one.inbox, root, path);
  });
  return (await Promise.all(looks)).flat();
}

async function heldFaults({ inbox }: Folder, instance: string | undefined): Promise<Faults> {
  const other = await otherIn(inbox, instance);
  if (!other) return [];
  const message = `is held by another autod, on ${other.host}`;
  return [{ root: "inbox", path: inbox, message, hint: null }];
}

/** A disk that would take nothing: so nothing is taken that would go there. */
async function roomFaults(inbox: string, root: "archive" | "quarantine", path: string) {
  try {
    await requireCapacity(inbox, path, 0);
    return [];
  } catch (error) {
    if (!(error instanceof AutodError)) throw error;
    const message = error.code === "DISK_FULL" ? "is on a full disk" : "can't be written to";
    return [{ root, path, message, hint: error.hint }];
  }
}

async function faultOf(path: string): Promise<string | null> {
  try {
    // Opened, not read: an archive may be large.
    await using _ = await opendir(path);
    return null;
  } catch (error) {
    if (isRefusal(error)) return `can't be read (${error.code})`;
    throw error;
  }
}

/** What was put back, and waits there, was taken; what hides or is still being written is nobody's business. */
async function countFiles(folder: Folder, records: readonly DocumentRecord[]) {
  const { inbox } = folder;
  const parked = new Set(records.map(({ waiting }) => waiting?.parked?.path));
  const device = await lstat(await realpath(inbox));
  const counts = { untaken: 0, ignored: 0 };
  for await (const spot of listInbox(inbox)) {
    if (parked.has(join(inbox, spot.relative))) continue;
    const refusal = await judgeFile(folder, spot, device);
    if (refusal === null) counts.untaken += 1;
    else if (refusal !== "GONE" && !unspoken.has(refusal)) counts.ignored += 1;
  }
  return counts;
}

function countByStatus(records: readonly DocumentRecord[]): Survey["documents"] {
  const counts = Object.fromEntries(statuses.map((status) => [status, 0]));
  for (const { status } of records) counts[status] = (counts[status] ?? 0) + 1;
  return counts as Survey["documents"];
}
