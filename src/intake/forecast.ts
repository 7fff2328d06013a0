import type { Stats } from "node:fs";
import { lstat, realpath } from "node:fs/promises";
import { join } from "node:path";
import type { Logger } from "pino";
import { z } from "zod";
import type { Arrival, Folder, Reserved } from "../document.ts";
import { AutodError, isErrno } from "../errors.ts";
import { isRefusal } from "../filing/trouble.ts";
import { unhindered } from "../gate/gates.ts";
import { type Amount, formatAmount, parseAmount } from "../money/amount.ts";
import type { Budget } from "../money/budget.ts";
import { spending, type SpendingReport } from "../money/spent.ts";
import type { Profile } from "../openai/profile.ts";
import type { Pipeline } from "../pipeline/pipeline.ts";
import type { Outcome } from "../pipeline/stage.ts";
import { type DocumentRecord, record, standsAt } from "../store/record.ts";
import type { Store } from "../store/store.ts";
import { block, blocksIn } from "./blocked.ts";
import { claimedBefore, stagingOf } from "./claim.ts";
import { failureOf } from "./failure.ts";
import { judgeName, judgeStats, type Refusal, refusals } from "./judge.ts";
import { isUnspelt, listInbox, type Spot } from "./list.ts";
import { looksComplete } from "./looks.ts";
import { obstacles } from "./obstacles.ts";
import { otherIn } from "./occupy.ts";
import { openParking } from "./parking.ts";
import { parkedBefore } from "./recover.ts";
import { missingRoot } from "./roots.ts";
import { traits } from "./settle.ts";

const file = { path: z.string(), folder: z.string() };
const reason = { code: z.string(), message: z.string() };
/** What is known of a document before it is sent; null where it wasn't looked into. */
const pages = record.shape.pages;
const estimate = record.shape.estimate;

/** What would become of a file that lies in an inbox. */
const prospect = z.discriminatedUnion("verdict", [
  z
    .object({
      ...file,
      verdict: z.literal("read"),
      /** The id of its record, where its bytes are known. */
      id: z.string().nullable(),
      profile: z.string(),
      model: z.string(),
      pages: pages.unwrap(),
      estimate: estimate.unwrap(),
    })
    .describe("It is sent to the model, and filed."),
  z
    .object({ ...file, verdict: z.literal("file"), id: z.string() })
    .describe("It was read before: it is filed without a call."),
  z
    .object({
      ...file,
      verdict: z.literal("duplicate"),
      /** The id of the document that has the same bytes; null where that lies in an inbox itself. */
      id: z.string().nullable(),
      /** Where that document stands. */
      original: z.string().nullable(),
    })
    .describe("It is set aside, for its bytes are known."),
  z
    .object({ ...file, verdict: z.literal("quarantine"), ...reason, hint: z.string() })
    .describe("It can't or mustn't be read."),
  z
    .object({
      ...file,
      verdict: z.literal("wait"),
      ...reason,
      hint: z.string().nullable(),
      /** When it is tried again; null where no time ends it. */
      until: z.iso.datetime().nullable(),
      pages,
      estimate,
    })
    .describe("It stays in the inbox for now."),
  z.object({ ...file, verdict: z.literal("ignore"), ...reason }).describe("It is left there."),
  z
    .object({ ...file, verdict: z.literal("unclear"), ...reason })
    .describe("Nobody can tell before it is taken."),
]);

export type Prospect = z.infer<typeof prospect>;
export type Verdict = Prospect["verdict"];

const sum = z.object({
  pages: z.int(),
  inputTokens: z.int(),
  costUsd: z.string(),
  upperCostUsd: z.string(),
});

/** What a run would do and cost: what `autod run --dry-run --json` prints. */
export const forecast = z.object({
  files: z.array(prospect),
  /** Folders in which nothing can be taken. */
  offline: z.array(z.object({ folder: z.string(), message: z.string() })),
  /** What keeps documents waiting until a server or a profile is in order again. */
  blocks: z.array(block),
  /** What is to be read. */
  reading: sum,
  /** What would wait, as far as it was looked into. */
  waiting: sum,
  spending,
});

export type Forecast = z.infer<typeof forecast>;

/** What a forecast is made from. All of it is looked at, and the draft alone is changed. */
export interface Outlook {
  readonly folders: readonly Folder[];
  readonly records: readonly DocumentRecord[];
  readonly profiles: ReadonlyMap<string, Profile>;
  readonly profileOf: (key: string) => Profile;
  /** Whether an autod works with this dataDir now. */
  readonly running: boolean;
  /** The id of the installation; undefined before its first use. */
  readonly instance: string | undefined;
  /** Takes a document as far as it costs nothing, with the draft for a store. */
  readonly prepare: Pipeline<Arrival, Reserved>;
  readonly draft: Pick<Store, "find">;
  readonly budget: Pick<Budget, "book" | "hasRoomFor">;
  readonly spending: SpendingReport;
  readonly signal: AbortSignal;
  /** Is told how many files there are, and of each that was looked at. */
  readonly progress: (total: number) => Disposable & { readonly tick: () => void };
}

/** Looks at all that lies in the inboxes; rejects when aborted. What vanishes meanwhile is left out. */
export async function makeForecast(outlook: Outlook): Promise<Forecast> {
  const { folders, records, profiles } = outlook;
  const offline: { folder: string; message: string }[] = [];
  const found: Found[] = [];
  for (const folder of folders) {
    try {
      await requireOnline(folder, outlook);
      for await (const one of filesOf(folder, outlook)) found.push(one);
    } catch (error) {
      if (!(error instanceof AutodError) && !isRefusal(error)) throw error;
      offline.push({ folder: folder.name, message: error.message });
    }
  }

  found.sort((one, other) => one.path.localeCompare(other.path));
  using waits = openWaits(outlook);
  using progress = outlook.progress(found.length);
  const files: Prospect[] = [];
  for (const one of found) {
    const prospected = await prospectOf(one, outlook, waits.waitFor);
    if (prospected) files.push({ ...locate(one), ...prospected });
    progress.tick();
  }
  return {
    files,
    offline,
    blocks: blocksIn(records, profiles),
    reading: sumOfAll(files, "read"),
    waiting: sumOfAll(files, "wait"),
    spending: outlook.spending,
  };
}

/** A file that lies in an inbox, or was left in staging by an earlier run. */
interface Found {
  readonly folder: Folder;
  readonly path: string;
  readonly spot: Spot;
  readonly arrival: Arrival;
  readonly refusal: Refusal | null;
}

const locate = ({ folder, path }: Found) => ({ path, folder: folder.name });

/** What is said of a file besides where it lies. */
type Said = Prospect extends infer One
  ? One extends Prospect
    ? Omit<One, "path" | "folder">
    : never
  : never;

async function requireOnline(folder: Folder, { instance }: Outlook): Promise<void> {
  const missing = await missingRoot(folder);
  if (missing !== null) throw new AutodError("FOLDER_MISSING", `${missing} doesn't exist`);
  const holder = await otherIn(folder.inbox, instance);
  if (!holder) return;
  throw new AutodError("FOLDER_HELD", `another autod works in it, on ${holder.host}`);
}

async function* filesOf(folder: Folder, outlook: Outlook): AsyncGenerator<Found> {
  const { running, instance, profileOf } = outlook;
  const profile = profileOf(folder.profile);
  const device = await lstat(await realpath(folder.inbox));
  if (instance !== undefined && !running) {
    const top = stagingOf(folder.inbox, instance);
    for await (const spot of listInbox(folder.inbox, top.slice(folder.inbox.length + 1))) {
      const staged = join(folder.inbox, spot.relative);
      const arrival = claimedBefore(folder, profile, staged, instance);
      yield { folder, path: arrival.path, spot, arrival, refusal: null };
    }
  }
  for await (const spot of listInbox(folder.inbox)) {
    const refusal = judgeName(spot.relative, folder.recursive) ?? (await judge(spot, device));
    if (refusal !== null && unspoken.has(refusal)) continue;
    const path = join(folder.inbox, spot.relative);
    const { relative } = spot;
    const arrivedAt = new Date().toISOString();
    const arrival = { folder, profile, claimId: "", path, relative, staged: path, arrivedAt };
    yield { folder, path, spot, arrival, refusal };
  }
}

/** What hides or is being written is nobody's business. */
const unspoken: ReadonlySet<Refusal> = new Set(["HIDDEN", "TEMPORARY"] as const);

async function judge({ path }: Spot, inbox: Pick<Stats, "dev">): Promise<Refusal | null> {
  try {
    return judgeStats(await lstat(path), inbox);
  } catch (error) {
    if (isErrno(error, "ENAMETOOLONG")) return "PATH_TOO_LONG";
    // What can't be looked at is told of when it is looked into.
    if (isRefusal(error)) return null;
    throw error;
  }
}

/** What was put back into an inbox and has to wait there still. */
function openWaits({ records, folders, profileOf, budget, draft }: Outlook) {
  const parked = new Map(records.map((one) => [one.waiting?.parked?.path, one]));
  const parking = openParking({
    // A run begins with all ways open.
    isFree: () => true,
    hasRoomFor: budget.hasRoomFor,
    isUndone: (sha256) => draft.find(sha256)?.status === "undone",
    offer: () => undefined,
  });
  for (const waiting of parkedBefore({ all: () => records }, folders, profileOf)) {
    parking.add(waiting);
  }
  return {
    waitFor: async (path: string): Promise<Said | null> => {
      const known = parked.get(path);
      return known && (await parking.holds(path)) ? waitOf(known) : null;
    },
    [Symbol.dispose]: () => parking[Symbol.dispose](),
  };
}

function waitOf({ status, id, error, waiting, pages: many, estimate: cost }: DocumentRecord): Said {
  const hintFor = obstacles.UNDONE.hint.replace("ID", id);
  const undone = { code: "UNDONE", ...obstacles.UNDONE, hint: hintFor };
  const { code, message, hint } = status === "undone" || !error ? undone : error;
  const until = waiting?.retryAt ?? null;
  return { verdict: "wait", code, message, hint, until, pages: many, estimate: cost };
}

async function prospectOf(
  { folder, path, spot, arrival, refusal }: Found,
  outlook: Outlook,
  waitFor: (path: string) => Promise<Said | null>,
): Promise<Said | null> {
  outlook.signal.throwIfAborted();
  if (refusal) return { verdict: "ignore", code: refusal, message: refusals[refusal] };
  try {
    const before = await traits(spot.path);
    const waits = await waitFor(path);
    if (waits || before === null) return waits;
    const unclear = isUnspelt(spot) ? unspelt : await unrest(spot, folder);
    if (unclear) return unclear;
    const said = await rehearse(arrival, outlook);
    const after = await traits(spot.path);
    if (after === null) return null;
    return after === before ? said : changing;
  } catch (error) {
    if (isErrno(error, "ENOENT", "ENOTDIR")) return null;
    throw error;
  }
}

const unspelt: Said = {
  verdict: "unclear",
  code: "NAME_NO_UTF8",
  message: obstacles.NAME_NO_UTF8.message,
};

const changing: Said = {
  verdict: "unclear",
  code: "NOT_AT_REST",
  message: "it is still being written",
};

/** What looks incomplete is taken as it is once it has rested for long. */
async function unrest({ path }: Spot, { patience }: Folder): Promise<Said | null> {
  const { ctimeMs } = await lstat(path);
  if (Math.abs(Date.now() - ctimeMs) >= patience || (await looksComplete(path))) return null;
  const message = "it looks incomplete, and may still be written";
  return { verdict: "unclear", code: "LOOKS_INCOMPLETE", message };
}

/** Takes a document as far as it costs nothing, and says what would come of it. */
async function rehearse(arrival: Arrival, outlook: Outlook): Promise<Said> {
  const { prepare, signal, draft, budget } = outlook;
  await using held = new AsyncDisposableStack();
  const deadline = signal;
  const context = { log: unlogged, signal, deadline, passage: unhindered, held };
  const outcome = await prepare.run(arrival, context);
  switch (outcome.status) {
    case "done":
      return goesOn(outcome.document, draft, budget);
    case "halted":
      return duplicateOf(outcome.halt.of, outlook);
    case "failed":
      return setback(outcome, draft);
    case "aborted":
      throw signal.reason;
  }
}

/** Nothing happens that anybody would have to know of. */
const unlogged = { info: () => undefined, warn: () => undefined } as unknown as Logger;

function goesOn(
  { id, sha256, answer, earlier, profile, pages: many, reservation }: Reserved,
  draft: Outlook["draft"],
  budget: Outlook["budget"],
): Said {
  if (answer) return { verdict: "file", id };
  const cost = draft.find(sha256)?.estimate;
  if (!cost) throw new Error(`no estimate of ${id}`);
  // By the time of the next one this one has its bill.
  reservation?.release();
  budget.book({ at: new Date(), amount: parseAmount(cost.costUsd) });
  const { key, settings } = profile;
  return {
    verdict: "read",
    id: earlier?.id ?? null,
    profile: key,
    model: settings.model,
    pages: many,
    estimate: cost,
  };
}

function duplicateOf(sha256: string, { draft, records }: Outlook): Said {
  const original = draft.find(sha256);
  const known = records.find((one) => one.sha256 === sha256);
  return {
    verdict: "duplicate",
    id: known?.id ?? null,
    original: original ? standsAt(original) : null,
  };
}

type Failed = Extract<Outcome<Arrival, Reserved>, { readonly status: "failed" }>;

function setback({ error, stage, document }: Failed, draft: Outlook["draft"]): Said {
  const { code, message, hint, kind } = failureOf(error, stage);
  // It went away while it was looked at.
  if (code === "FILE_MISSING") throw error;
  if (kind === "document") return { verdict: "quarantine", code, message, hint };
  const wait = error instanceof AutodError ? error.retryAfter : undefined;
  const until = wait === undefined ? null : new Date(Date.now() + wait).toISOString();
  const known = document.sha256 === undefined ? undefined : draft.find(document.sha256);
  const { pages: many = null, estimate: cost = null } = known ?? {};
  return { verdict: "wait", code, message, hint, until, pages: many, estimate: cost };
}

function sumOfAll(files: readonly Prospect[], verdict: "read" | "wait"): Forecast["reading"] {
  const all = { pages: 0, inputTokens: 0 };
  let [cost, upper]: [Amount, Amount] = [0n, 0n];
  for (const one of files) {
    if (one.verdict !== verdict) continue;
    all.pages += one.pages ?? 0;
    all.inputTokens += one.estimate?.inputTokens ?? 0;
    cost += parseAmount(one.estimate?.costUsd ?? "0");
    upper += parseAmount(one.estimate?.upperCostUsd ?? "0");
  }
  return { ...all, costUsd: formatAmount(cost), upperCostUsd: formatAmount(upper) };
}
