import { lstat } from "node:fs/promises";
import { basename, dirname, sep } from "node:path";
import type { Logger } from "pino";
import { moveFile } from "../../filing/move.ts";
import { loggable } from "../../log.ts";
import type { DocumentRecord, Failure } from "../../store/record.ts";
import { waitingChange } from "../change.ts";
import type { Fate, Means, Setback } from "./ending.ts";

/** Puts the file back where it was saved, never over another; there it is parked until its reason is over. */
export async function goBack(
  { store, removeUpload, onParked }: Means,
  { arrival, record, failure, timings, log }: Setback,
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
export async function stay(
  { store }: Means,
  { arrival, record, failure, timings, log }: Setback,
): Promise<Fate> {
  try {
    if (record) await store.update(record.sha256, waitingChange(failure, null, timings));
  } catch (error) {
    log.error({ error: loggable(error) }, "record not stored");
  }
  logWaiting(log, record, failure, arrival.staged);
  return "waiting";
}

/** Tells in the log that a document waits, and for what. */
export function logWaiting(
  log: Logger,
  record: DocumentRecord | undefined,
  { code, message, stage }: Failure,
  staged?: string,
): void {
  const { id, sha256 } = record ?? {};
  const fields = { event: "document.waiting", id, sha256, stage, error: { code, message }, staged };
  log.warn(fields, "document waits");
}
