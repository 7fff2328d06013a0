import { lstat } from "node:fs/promises";
import { basename, dirname, sep } from "node:path";
import type { Logger } from "pino";
import type { Arrival, Filed } from "../document.ts";
import { setAside } from "../filing/duplicates.ts";
import { moveFile } from "../filing/move.ts";
import { put as putIntoQuarantine } from "../filing/quarantine.ts";
import { loggable } from "../log.ts";
import { formatAmount, parseAmount } from "../money/amount.ts";
import type { Pipeline } from "../pipeline/pipeline.ts";
import type { Outcome, Timings } from "../pipeline/stage.ts";
import type { DocumentRecord, Failure, Parked } from "../store/record.ts";
import type { Store } from "../store/store.ts";
import { releaseClaim } from "./claim.ts";
import { filedChange, waitingChange } from "./change.ts";
import { failureOf } from "./failure.ts";

/** What became of an arrival. */
export type Fate = "archived" | "review" | "quarantined" | "duplicate" | "waiting" | "aborted";

export interface Handling {
  readonly pipeline: Pipeline<Arrival, Filed>;
  readonly store: Store;
  readonly instance: string;
  readonly log: Logger;
  /** Deletes the upload of a document, if it has one. */
  readonly removeUpload: (arrival: Arrival, sha256: string, log: Logger) => Promise<void>;
  /** Told where a file was put back that must not be taken again before its reason is over. */
  readonly onParked: (parked: Parked) => void;
}

type Ending = Outcome<Arrival, Filed>;
type Ended<Status extends Ending["status"]> = Extract<Ending, { readonly status: Status }>;

/** Takes one arrival through the pipeline, and acts on how that ended: the only place that does. */
export function openHandler(handling: Handling) {
  return async (arrival: Arrival, signal: AbortSignal): Promise<Fate> => {
    const log = handling.log.child({ folder: arrival.folder.name, path: arrival.path });
    await using held = new AsyncDisposableStack();
    log.info({ event: "document.claimed" }, "document claimed");
    const ending = await handling.pipeline.run(arrival, { log, signal, held });
    if (ending.status === "aborted") return "aborted";
    try {
      return await conclude(handling, ending, arrival, log);
    } catch (error) {
      // It could not be put where it belongs: it stays in staging, whole, and is carried on at the next start.
      const own = ownRecord(handling.store, ending);
      return await stay(handling, arrival, own, failureOf(error, "file"), ending.timings, log);
    } finally {
      await releaseClaim(arrival, handling.instance).catch((error: unknown) => {
        log.warn({ error: loggable(error) }, "claim folder left");
      });
    }
  };
}

/** The record that is this arrival's to change: before it was deduplicated, or as a duplicate, it has none. */
function ownRecord(
  store: Store,
  ending: Exclude<Ending, Ended<"aborted">>,
): DocumentRecord | undefined {
  const { id, sha256 } = ending.document;
  return id === undefined || sha256 === undefined ? undefined : store.find(sha256);
}

async function conclude(
  handling: Handling,
  ending: Exclude<Ending, Ended<"aborted">>,
  arrival: Arrival,
  log: Logger,
): Promise<Fate> {
  switch (ending.status) {
    case "done":
      return await finish(handling, ending, log);
    case "halted":
      return await linkDuplicate(handling, ending, arrival, log);
    case "failed":
      return await fail(handling, ending, arrival, log);
  }
}

async function finish(
  { store, removeUpload }: Handling,
  { document, timings }: Ended<"done">,
  log: Logger,
): Promise<Fate> {
  const { sha256, id, filedAs, earlier, place } = document;
  const status = place === "review" ? "review" : "archived";
  await store.update(sha256, (record) => filedChange(record, status, filedAs, timings));
  const refiled = earlier?.status === "archived" || earlier?.status === "review";
  const event = refiled ? "document.refiled" : (`document.${status}` as const);
  log.info({ event, id, sha256, status, filedAs }, "document filed");
  await removeUpload(document, sha256, log);
  return status;
}

/** Sets a duplicate aside and links it to its original, which alone has a record. */
async function linkDuplicate(
  { store }: Handling,
  { halt }: Ended<"halted">,
  { folder, staged, path, claimId }: Arrival,
  log: Logger,
): Promise<Fate> {
  const known = store.find(halt.of);
  const original = known?.filedAs ?? known?.waiting?.parked?.path ?? known?.work?.staged;
  const { movedTo } = await setAside({
    from: staged,
    root: folder.archive,
    name: basename(path),
    id: claimId,
    sha256: halt.of,
    original: original ?? "",
    mode: original === undefined ? "move" : folder.duplicates,
  });
  await store.update(halt.of, ({ duplicates }) => ({
    duplicates: [...duplicates, { path, seenAt: new Date().toISOString(), movedTo }],
  }));
  const fields = { event: "document.duplicate", id: known?.id, sha256: halt.of, movedTo };
  log.info({ ...fields, original }, "duplicate set aside");
  return "duplicate";
}

async function fail(
  handling: Handling,
  ending: Ended<"failed">,
  arrival: Arrival,
  log: Logger,
): Promise<Fate> {
  const { error, stage, timings } = ending;
  const failure = failureOf(error, stage);
  if (failure.code === "INTERNAL") log.error({ err: error, stage }, "unexpected error");
  const record = ownRecord(handling.store, ending);
  if (record && failure.kind === "document") {
    return await quarantine(handling, record, failure, arrival, timings, log);
  }
  // What was read already is not read again: it waits in staging for its place to be had.
  if (record?.extraction) {
    return await stay(handling, arrival, record, failure, timings, log);
  }
  return await goBack(handling, record, failure, arrival, timings, log);
}

async function quarantine(
  { store, removeUpload }: Handling,
  record: DocumentRecord,
  failure: Failure,
  arrival: Arrival,
  timings: Timings,
  log: Logger,
): Promise<Fate> {
  const { id, sha256, attempts, calls, costUsd } = record;
  const { code, message, hint, stage } = failure;
  const filedAs = await putIntoQuarantine({
    from: arrival.staged,
    root: arrival.folder.quarantine,
    name: basename(arrival.path),
    id,
    sha256,
    reason: {
      code,
      message,
      hint,
      stage,
      attempts,
      costUsd,
      possibleUsd: formatAmount(
        calls.reduce((sum, call) => sum + parseAmount(call.possibleUsd), 0n),
      ),
      at: new Date().toISOString(),
      source: arrival.path,
    },
  });
  await store.update(sha256, {
    status: "quarantined",
    filedAs,
    error: failure,
    timings: { ...timings },
    work: null,
  });
  const error = { code, message };
  const fields = { event: "document.quarantined", id, sha256, stage, error, costUsd };
  log.warn({ ...fields, calls: calls.length, filedAs }, "document quarantined");
  await removeUpload(arrival, sha256, log);
  return "quarantined";
}

/** Puts the file back where it was saved; there it is parked until its reason is over. */
async function goBack(
  { store, removeUpload, onParked }: Handling,
  record: DocumentRecord | undefined,
  failure: Failure,
  arrival: Arrival,
  timings: Timings,
  log: Logger,
): Promise<Fate> {
  if (record) await removeUpload(arrival, record.sha256, log);
  const inside = dirname(arrival.relative);
  const path = await moveFile({
    from: arrival.staged,
    root: arrival.folder.inbox,
    folders: inside === "." ? [] : inside.split(sep),
    name: basename(arrival.relative),
    id: arrival.claimId,
    sha256: record?.sha256,
  });
  const { ino, size, mtimeMs } = await lstat(path);
  const parked = { path, ino, size, mtimeMs };
  onParked(parked);
  if (record) await store.update(record.sha256, waitingChange(failure, parked, timings));
  logWaiting(log, record, failure);
  return "waiting";
}

/** Leaves the file in staging, from where the next start carries it on. */
async function stay(
  { store }: Handling,
  arrival: Arrival,
  record: DocumentRecord | undefined,
  failure: Failure,
  timings: Timings,
  log: Logger,
): Promise<Fate> {
  try {
    if (record) await store.update(record.sha256, waitingChange(failure, null, timings));
  } catch (error) {
    log.error({ event: "document.waiting", error: loggable(error) }, "record not stored");
  }
  logWaiting(log, record, failure, arrival.staged);
  return "waiting";
}

function logWaiting(
  log: Logger,
  record: DocumentRecord | undefined,
  { code, message, stage }: Failure,
  staged?: string,
): void {
  const { id, sha256 } = record ?? {};
  const fields = { event: "document.waiting", id, sha256, stage, error: { code, message }, staged };
  log.warn(fields, "document waits");
}
