import { lstat, realpath } from "node:fs/promises";
import { join } from "node:path";
import type { Arrival, Folder } from "../document.ts";
import { AutodError, isErrno } from "../errors.ts";
import { isRefusal } from "../filing/trouble.ts";
import { type Amount, formatAmount, parseAmount } from "../money/amount.ts";
import type { Budget } from "../money/budget.ts";
import type { SpendingReport } from "../money/spent.ts";
import type { Profile } from "../openai/profile.ts";
import type { DocumentRecord } from "../store/record.ts";
import { blocksIn } from "./blocked.ts";
import { claimedBefore, stagingOf } from "./claim.ts";
import { judgeFile, type Refusal, refusals, unspoken } from "./judge.ts";
import { isUnspelt, listInbox, type Spot } from "./list.ts";
import { looksComplete } from "./looks.ts";
import { obstacles } from "./obstacles.ts";
import { otherIn } from "./occupy.ts";
import { openParking } from "./parking.ts";
import type { Forecast, Prospect, Said } from "./prospect.ts";
import { parkedBefore } from "./recover.ts";
import { rehearse, type Rehearsal } from "./rehearse.ts";
import type { Roots } from "./roots.ts";
import { traits } from "./settle.ts";

/** What a forecast is made from. */
export interface Outlook extends Rehearsal {
  readonly roots: Pick<Roots, "folders" | "of">;
  readonly profiles: ReadonlyMap<string, Profile>;
  readonly profileOf: (key: string) => Profile;
  /** Whether an autod works with this dataDir now. */
  readonly running: boolean;
  /** The id of the installation; undefined before its first use. */
  readonly instance: string | undefined;
  readonly budget: Pick<Budget, "book" | "hasRoomFor">;
  readonly spending: SpendingReport;
  /** Is told how many files there are, and of each that was looked at. */
  readonly progress: (total: number) => Disposable & { readonly tick: () => void };
}

/** Looks at all that lies in the inboxes; rejects when aborted. What vanishes meanwhile is left out. */
export async function makeForecast(outlook: Outlook): Promise<Forecast> {
  const { roots, records, profiles } = outlook;
  const offline: { folder: string; message: string }[] = [];
  const found: Found[] = [];
  for (const folder of roots.folders) {
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

async function requireOnline(folder: Folder, { roots, instance }: Outlook): Promise<void> {
  const away = await roots.of(folder);
  if (away) throw away.error;
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
    const refusal = await judgeFile(folder, spot, device);
    if (refusal === "GONE" || (refusal !== null && unspoken.has(refusal))) continue;
    const path = join(folder.inbox, spot.relative);
    const { relative } = spot;
    const arrivedAt = new Date().toISOString();
    const arrival = {
      folder,
      profile,
      claimId: "",
      path,
      relative,
      staged: path,
      arrivedAt,
      shape: null,
    };
    yield { folder, path, spot, arrival, refusal };
  }
}

/** What was put back into an inbox and has to wait there still. */
function openWaits({ records, roots, profileOf, budget, draft }: Outlook) {
  const parked = new Map(records.map((one) => [one.waiting?.parked?.path, one]));
  const parking = openParking({
    // A run begins with all ways open.
    isFree: () => true,
    hasRoomFor: budget.hasRoomFor,
    isUndone: (sha256) => draft.find(sha256)?.status === "undone",
    offer: () => undefined,
  });
  for (const waiting of parkedBefore({ all: () => records }, roots.folders, profileOf)) {
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
  const { ctimeMs, size } = await lstat(path);
  if (Math.abs(Date.now() - ctimeMs) >= patience || (await looksComplete(path, size))) return null;
  const message = "it looks incomplete, and may still be written";
  return { verdict: "unclear", code: "LOOKS_INCOMPLETE", message };
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
