import { lstat, opendir, readdir, rmdir, unlink } from "node:fs/promises";
import { basename, dirname, join, sep } from "node:path";
import type { Logger } from "pino";
import type { Arrival, Folder } from "../document.ts";
import { AutodError, isErrno } from "../errors.ts";
import { put } from "../filing/archive.ts";
import { exists } from "../filing/trouble.ts";
import { loggable } from "../log.ts";
import type { Billing } from "../money/billing.ts";
import type { Profile } from "../openai/profile.ts";
import type { Holds } from "../store/holds.ts";
import {
  isCondemned,
  isHalfRefiled,
  isReread,
  type DocumentRecord,
  needsReview,
  senderOf,
} from "../store/record.ts";
import type { Store } from "../store/store.ts";
import { claimedBefore, claimIdOf, isInStaging, releaseClaim, stagingOf } from "./claim.ts";
import { finishRefiling } from "./deeds/refile.ts";
import { finishDuplicate } from "./endings/duplicate.ts";
import { filedChange, leftOf, waitingChange } from "./change.ts";
import { finishRejection } from "./endings/reject.ts";
import { logWaiting } from "./endings/wait.ts";
import { failureOf } from "./failure.ts";
import { type Waiting, waitingAt } from "./parking.ts";
import { reviewReasonOf } from "./reason.ts";
import { releaseDocument } from "./release.ts";
import type { Offline, Roots } from "./roots.ts";
import type { Marking } from "./twins.ts";
import { isHalfUndone, undoDocument } from "./undo.ts";

/** What an earlier process left in this instance's staging: each is carried on from where it stands. */
export async function* leftInStaging(
  folder: Folder,
  profile: Profile,
  instance: string,
): AsyncGenerator<Arrival> {
  const top = stagingOf(folder.inbox, instance);
  for await (const staged of regularFiles(top)) {
    const arrival = claimedBefore(folder, profile, staged, instance);
    if (await isBack(arrival)) {
      await unlink(staged);
      await releaseClaim(arrival, instance);
    } else yield arrival;
  }
  await removeEmptyClaims(top);
}

/** A death between two steps of a claim leaves its folders. */
async function removeEmptyClaims(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true }).catch(() => [])) {
    if (!entry.isDirectory()) continue;
    const below = join(folder, entry.name);
    await removeEmptyClaims(below);
    await rmdir(below).catch((error: unknown) => {
      if (!isErrno(error, "ENOTEMPTY", "EEXIST", "ENOENT")) throw error;
    });
  }
}

/** Whether a file was put back where it was saved, and only its name in staging is left of that. */
async function isBack({ staged, path }: Arrival): Promise<boolean> {
  const { dev, ino, nlink } = await lstat(staged, { bigint: true });
  if (nlink === 1n || !(await exists(dirname(path)))) return false;
  for await (const { name } of await opendir(dirname(path))) {
    const there = await lstat(join(dirname(path), name), { bigint: true }).catch(() => null);
    if (there?.dev === dev && there.ino === ino) return true;
  }
  return false;
}

/** The documents that were put back by an earlier process, and have to wait still. */
export function* parkedBefore(
  store: Pick<Store, "all">,
  folders: readonly Folder[],
  profileOf: (key: string) => Profile,
): Generator<Waiting> {
  for (const record of store.all()) {
    const folder = folders.find(({ name }) => name === record.folder);
    const waiting = folder && waitingAt(record, folder, profileOf(record.profile));
    // What waits in staging is found there.
    if (!waiting?.parked) continue;
    // A disk that was away may be back since.
    if (waiting.reason === "offline") yield { ...waiting, retryAt: Date.now() };
    else yield waiting;
  }
}

/** Holds what the answers may cost that an earlier process asked for and did not fetch. */
export function holdOpenAsks(store: Pick<Store, "all">, billing: Pick<Billing, "keep">): void {
  for (const { sha256, folder, work } of store.all()) {
    if (!work?.responseId) continue;
    billing.keep({ sha256, folder, upperUsd: work.reservedUsd ?? "0" });
  }
}

/**
 * Books the asks that an earlier process sent without learning what came of them: nobody can know whether
 * they were billed.
 */
export async function bookLostAsks(
  store: Store,
  billing: Billing,
  profileOf: (key: string) => Profile,
  log: Logger,
): Promise<void> {
  for (const record of store.all()) {
    const { sha256, work, folder, source, waiting } = record;
    if (work?.step !== "ask" || work.responseId !== null) continue;
    const profile = profileOf(senderOf(record));
    const upperUsd = work.reservedUsd ?? "0";
    const asked = { sha256, folder, profile, detail: "unknown", upperUsd };
    await billing.bookUnknown(asked, log.child({ folder, path: source.path }));
    if (waiting?.parked || isReread(record)) {
      await store.update(sha256, (now) => ({ work: leftOf(now) }));
    }
  }
}

export interface RecoverySettings {
  readonly store: Store;
  readonly holds: Holds;
  readonly roots: Roots;
  readonly profileOf: (key: string) => Profile;
  readonly twinsOf: Marking["twinsOf"];
  /** Told of each document that has to wait in an inbox. */
  readonly onWaiting: (waiting: Waiting) => void;
  readonly signal: AbortSignal;
  readonly log: Logger;
}

/** Finishes what an earlier process left half done. */
export interface Recovery {
  /** What stands on a disk that is away waits, and is finished by a later call when the disk is back. */
  readonly all: () => Promise<void>;
  /** The last move of one document, which the caller holds. */
  readonly move: (record: DocumentRecord) => Promise<void>;
}

export function openRecovery(settings: RecoverySettings): Recovery {
  const { store, holds, roots, signal, log } = settings;
  /** Those that are left; all, before it was called for the first time. */
  let left: ReadonlySet<string> | null = null;

  const finish = async (record: DocumentRecord): Promise<boolean> => {
    const half = await halfDone(record);
    if (half === null) return true;
    const folder = roots.folders.find(({ name }) => name === record.folder);
    if (half === "duplicate") return await finishDuplicates(record, settings);
    const away = folder && ((await roots.of(folder)) ?? (await roots.hiding(record)));
    const documentLog = log.child({ folder: record.folder, path: record.source.path });
    if (away) {
      await waitOffline(record, away, store, documentLog);
      return false;
    }
    if (half === "refile")
      return !folder || (await finishDeed(record, folder, settings, documentLog));
    if (half === "move")
      return !folder || (await finishMove(record, folder, settings, documentLog));
    await (half === "release" ? finishRelease : finishUndo)(record, settings, documentLog);
    const now = store.find(record.sha256);
    const waiting = now && folder && waitingAt(now, folder, settings.profileOf(now.profile));
    if (waiting) settings.onWaiting(waiting);
    return true;
  };

  const all = async () => {
    const due = [...store.all()].filter(({ sha256 }) => left?.has(sha256) ?? true);
    const unfinished = new Set<string>();
    for (const { sha256 } of due) {
      const record = store.find(sha256);
      if (!record || (await halfDone(record)) === null) continue;
      // Later on, what looks half done may only be in work.
      using _ = await holds.take(sha256, signal);
      if (!(await finish(store.find(sha256) ?? record))) unfinished.add(sha256);
    }
    left = unfinished;
  };

  return {
    all,
    async move(record) {
      const half = await halfDone(record);
      if (half === "move" || half === "refile") await finish(record);
    },
  };
}

type Half = "move" | "refile" | "release" | "undo" | "duplicate";

/**
 * What was cut off: the last move or its record, what a person decided, the way out of quarantine, the way back
 * from the archive, or that of a duplicate.
 */
async function halfDone(record: DocumentRecord): Promise<Half | null> {
  const { status, waiting, work, filedAs, error } = record;
  if (isHalfUndone(record)) return "undo";
  if (isHalfRefiled(record)) return "refile";
  if (status === "waiting" && filedAs !== null) return "release";
  const inStaging = status === "processing" || (status === "waiting" && !waiting?.parked);
  // That it is gone has been said of one whose answer is still to be fetched.
  const isKnown = Boolean(work?.responseId) && error?.code === "FILE_MISSING";
  if (inStaging && work?.staged && !isKnown && !(await exists(work.staged))) return "move";
  return (await leftStaging(record)).length > 0 ? "duplicate" : null;
}

/** The duplicates that were being set aside, and stand in staging no more. */
async function leftStaging({ duplicates }: DocumentRecord) {
  const left = [];
  for (const one of duplicates) {
    if (one.movedTo && isInStaging(one.movedTo) && !(await exists(one.movedTo))) left.push(one);
  }
  return left;
}

/** What has its status already keeps it. */
async function waitOffline(
  record: DocumentRecord,
  { error }: Offline,
  store: Store,
  log: Logger,
): Promise<void> {
  if (record.status !== "processing") return;
  const failure = failureOf(error, "file");
  const delay = { since: Date.now(), retryAt: null };
  const change = waitingChange(failure, delay, null, record.timings)(record);
  // What it was condemned for is what goes beside it.
  const verdict = isCondemned(record) ? { error: record.error } : {};
  await store.update(record.sha256, { ...change, ...verdict });
  logWaiting(log, record, failure, delay);
}

/**
 * Finishes what was cut off between the last move and its record: the file has left staging, and stands
 * where it was about to go. A document whose file is nowhere waits for it to come again. False where that
 * can't be told now.
 */
async function finishMove(
  record: DocumentRecord,
  folder: Folder,
  { store, roots }: RecoverySettings,
  log: Logger,
): Promise<boolean> {
  const { id, sha256, work, source, error: verdict } = record;
  const staged = work?.staged ?? "";
  try {
    if (isCondemned(record) && verdict) {
      await finishRejection({ store, roots }, record, verdict, staged, folder, log);
      return true;
    }
    const target = work?.target ?? null;
    if (target === null || !(await exists(dirname(target)))) {
      const message = `${source.path} was in work, and is gone from ${staged}`;
      throw new AutodError("FILE_MISSING", message);
    }
    const away = await roots.above(target);
    if (away) throw away.error;
    const filedAs = await put({
      from: staged,
      root: dirname(target),
      folders: [],
      name: basename(target),
      id,
      sha256,
      reason: reviewReasonOf(record),
    });
    const review = needsReview(record);
    const ended = filedChange(record, review ? "review" : "archived", filedAs);
    await store.update(sha256, { ...ended, waiting: null });
    log.info({ event: `document.${ended.status}`, id, sha256, filedAs }, "document filed");
    return true;
  } catch (error) {
    const failure = failureOf(error, "file");
    // No time brings it back: it is taken up when its bytes come again.
    const delay = { since: Date.now(), retryAt: null };
    const change = waitingChange(failure, delay, null);
    const isGone = failure.code === "FILE_MISSING";
    await store.update(sha256, (now) => ({
      ...change(now),
      // An answer that is still to be fetched is so once its bytes come again.
      ...(isGone && !now.work?.responseId ? { work: leftOf(now) } : {}),
    }));
    logWaiting(log, record, failure, delay);
    return isGone;
  }
}

/** Finishes what a person decided about a document; false where the disk refuses it now. */
async function finishDeed(
  record: DocumentRecord,
  folder: Folder,
  settings: RecoverySettings,
  log: Logger,
): Promise<boolean> {
  const { id, sha256 } = record;
  try {
    const { status, filedAs } = await finishRefiling(record, folder, settings);
    log.info({ id, sha256, status, filedAs }, "what was decided is done");
    return true;
  } catch (error) {
    log.warn({ id, sha256, error: loggable(error) }, "what was decided is not done yet");
    return false;
  }
}

/** Finds where duplicates were put whose record was cut off; false where a disk is away. */
async function finishDuplicates(
  record: DocumentRecord,
  { store, roots, log }: RecoverySettings,
): Promise<boolean> {
  for (const one of await leftStaging(record)) {
    const { path, movedTo: staged } = one;
    const folder = roots.folders.find(({ inbox }) => staged?.startsWith(inbox + sep));
    if (!folder || !staged) continue;
    const claimId = claimIdOf(folder.inbox, staged);
    const duplicateLog = log.child({ folder: folder.name, path });
    try {
      await finishDuplicate({ store, roots }, record, one, { folder, claimId }, duplicateLog);
    } catch (error) {
      const { code } = failureOf(error, "file");
      if (code !== "FILE_MISSING") return false;
      // It was deleted, as it was to be, or a person took it.
      await store.update(record.sha256, ({ duplicates }) => ({
        duplicates: duplicates.map((each) =>
          each.movedTo === staged ? { ...each, movedTo: null } : each,
        ),
      }));
    }
  }
  return true;
}

/** Goes on with what was being taken out of quarantine: it waits already, and stands there still. */
async function finishRelease(
  record: DocumentRecord,
  { store, roots }: RecoverySettings,
  log: Logger,
): Promise<void> {
  const { id, sha256, filedAs } = record;
  const { verdict, message } = await releaseDocument(record, roots, store);
  if (verdict === "released") return;
  const error = { code: verdict, message };
  log.warn({ id, sha256, path: filedAs, error }, "document stays in quarantine");
}

/** Goes on with what was being put back from the archive: it counts as undone already, and stands there still. */
async function finishUndo(
  record: DocumentRecord,
  { store, roots }: RecoverySettings,
  log: Logger,
): Promise<void> {
  const { id, sha256 } = record;
  const { verdict, message, from, path } = await undoDocument(record, roots, store);
  const fields = { path: path ?? from, id, sha256 };
  if (verdict === "undone") {
    log.info({ event: "document.undone", ...fields, from }, "document undone");
  } else log.warn({ ...fields, error: { code: verdict, message } }, "document not put back");
}

async function* regularFiles(folder: string): AsyncGenerator<string> {
  let entries;
  try {
    entries = await opendir(folder);
  } catch (error) {
    if (isErrno(error, "ENOENT")) return;
    throw error;
  }
  for await (const entry of entries) {
    const path = join(folder, entry.name);
    if (entry.isFile()) yield path;
    else if (entry.isDirectory()) yield* regularFiles(path);
  }
}
