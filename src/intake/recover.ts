import { lstat, opendir, unlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Logger } from "pino";
import type { Arrival, Folder } from "../document.ts";
import { AutodError, isErrno } from "../errors.ts";
import { put } from "../filing/archive.ts";
import { exists } from "../filing/trouble.ts";
import type { Billing } from "../money/billing.ts";
import type { Profile } from "../openai/profile.ts";
import type { Store } from "../store/store.ts";
import { claimedBefore, releaseClaim, stagingOf } from "./claim.ts";
import { filedChange, leftOf, waitingChange } from "./change.ts";
import { finishRejection } from "./endings/reject.ts";
import { logWaiting } from "./endings/wait.ts";
import { failureOf } from "./failure.ts";
import { type Waiting, waitingAt } from "./parking.ts";
import { releaseDocument } from "./release.ts";
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
    if (waiting) yield waiting;
  }
}

/** Holds what the answers may cost that an earlier process asked for and did not fetch. */
export function holdOpenAsks(store: Pick<Store, "all">, billing: Pick<Billing, "keep">): void {
  for (const { sha256, work } of store.all()) {
    if (work?.responseId) billing.keep(sha256, work.reservedUsd ?? "0");
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
  for (const { id, sha256, work, folder, source, profile: key, waiting } of store.all()) {
    if (work?.step !== "ask" || work.responseId !== null) continue;
    const profile = profileOf(key);
    const asked = { id, sha256, profile, detail: "unknown", upperUsd: work.reservedUsd ?? "0" };
    await billing.bookUnknown(asked, log.child({ folder, path: source.path }));
    if (waiting?.parked) await store.update(sha256, (record) => ({ work: leftOf(record) }));
  }
}

/**
 * Finishes what was cut off between the last move and its record: the file has left staging, and stands
 * where it was about to go. A document whose file is nowhere waits for it to come again.
 */
export async function finishMoves(
  store: Store,
  folders: readonly Folder[],
  profileOf: (key: string) => Profile,
  log: Logger,
): Promise<void> {
  for (const record of store.all()) {
    const { id, sha256, status, waiting, work, extraction, source, error: verdict } = record;
    const inStaging = status === "processing" || (status === "waiting" && !waiting?.parked);
    if (!inStaging || !work?.staged || (await exists(work.staged))) continue;
    // It has been said; its answer is fetched once its bytes come again.
    if (work.responseId !== null && verdict?.code === "FILE_MISSING") continue;
    const folder = folders.find(({ name }) => name === record.folder);
    if (!folder) continue;
    const documentLog = log.child({ folder: folder.name, path: source.path });
    try {
      if (work.target !== null && verdict) {
        await finishRejection(store, record, verdict, work.staged, folder, documentLog);
        continue;
      }
      if (!extraction)
        throw new AutodError(
          "FILE_MISSING",
          `${source.path} was in work, and is gone from ${work.staged}`,
        );
      const review = record.checks.some(({ hard }) => hard);
      const filedAs = await put({
        from: work.staged,
        root: folder.archive,
        id,
        sha256,
        extraction,
        templates: profileOf(record.profile).settings,
        original: source.name,
        review,
      });
      const ended = filedChange(record, review ? "review" : "archived", filedAs);
      await store.update(sha256, ended);
      documentLog.info(
        { event: `document.${ended.status}`, id, sha256, filedAs },
        "document filed",
      );
    } catch (error) {
      const failure = failureOf(error, "file");
      // No time brings it back: it is taken up when its bytes come again.
      const delay = { since: Date.now(), retryAt: null };
      const change = waitingChange(failure, delay, null);
      await store.update(sha256, (now) => ({
        ...change(now),
        work: now.work?.responseId ? now.work : leftOf(now),
      }));
      logWaiting(documentLog, record, failure, delay);
    }
  }
}

/** Goes on with what was being taken out of quarantine: it waits already, and stands there still. */
export async function finishReleases(
  store: Store,
  folders: readonly Folder[],
  log: Logger,
): Promise<void> {
  for (const record of store.all()) {
    const { id, sha256, status, filedAs } = record;
    if (status !== "waiting" || filedAs === null) continue;
    const { verdict, message } = await releaseDocument(record, folders, store);
    if (verdict === "released") continue;
    const error = { code: verdict, message };
    log.warn({ id, sha256, path: filedAs, error }, "document stays in quarantine");
  }
}

/** Goes on with what was being put back from the archive: it counts as undone already, and stands there still. */
export async function finishUndos(
  store: Store,
  folders: readonly Folder[],
  log: Logger,
): Promise<void> {
  for (const record of store.all()) {
    if (!isHalfUndone(record)) continue;
    const { id, sha256, folder } = record;
    const { verdict, message, from, path } = await undoDocument(record, folders, store);
    const fields = { folder, path: path ?? from, id, sha256 };
    if (verdict === "undone") {
      log.info({ event: "document.undone", ...fields, from }, "document undone");
    } else log.warn({ ...fields, error: { code: verdict, message } }, "document not put back");
  }
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
