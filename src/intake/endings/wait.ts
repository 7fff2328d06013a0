import { basename, dirname, sep } from "node:path";
import type { Logger } from "pino";
import { moveFile } from "../../filing/move.ts";
import { loggable } from "../../log.ts";
import type { DocumentRecord, Failure, Parked } from "../../store/record.ts";
import { type Delay, waitingChange, waitingReason } from "../change.ts";
import { parkedAt } from "../parked.ts";
import type { Fate, Means, Setback } from "./ending.ts";

/** Puts the file back where it was saved, never over another; there it is parked until its reason is over. */
export async function goBack(means: Means, setback: Setback): Promise<Fate> {
  const { arrival, record, failure, delay, timings, log } = setback;
  const { store, roots, clean } = means;
  const inside = dirname(arrival.relative);
  const path = await moveFile({
    from: arrival.staged,
    root: arrival.folder.inbox,
    footing: roots,
    folders: inside === "." ? [] : inside.split(sep),
    name: basename(arrival.relative),
    id: arrival.claimId,
    sha256: record?.sha256,
  });
  const parked = await parkedAt(path);
  wait(means, setback, parked);
  if (record) {
    await store.update(record.sha256, waitingChange(failure, delay, parked, timings));
    clean(record.sha256);
  }
  logWaiting(log, record, failure, delay);
  return "waiting";
}

/** Leaves the file in staging, from where it is carried on. */
export async function stay(means: Means, setback: Setback): Promise<Fate> {
  const { arrival, record, failure, delay, timings, log } = setback;
  try {
    const change = waitingChange(failure, delay, null, timings);
    if (record) {
      await means.store.update(record.sha256, change);
      means.clean(record.sha256);
    }
  } catch (error) {
    log.error({ error: loggable(error) }, "record not stored");
  }
  wait(means, setback, null);
  logWaiting(log, record, failure, delay, arrival.staged);
  return "waiting";
}

function wait({ onWaiting }: Means, setback: Setback, parked: Parked | null): void {
  const { arrival, record, failure, delay } = setback;
  onWaiting({
    folder: arrival.folder,
    profile: arrival.profile,
    path: parked?.path ?? arrival.staged,
    reason: waitingReason(failure),
    since: delay.since,
    retryAt: delay.retryAt,
    parked,
    upperUsd: record?.estimate?.upperCostUsd ?? null,
  });
}

/** Tells in the log that a document waits, for what, and until when. */
export function logWaiting(
  log: Logger,
  record: DocumentRecord | undefined,
  { code, message, stage }: Failure,
  { retryAt }: Delay,
  staged?: string,
): void {
  const { id, sha256 } = record ?? {};
  const until = retryAt === null ? undefined : new Date(retryAt).toISOString();
  const fields = { event: "document.waiting", id, sha256, stage, error: { code, message } };
  log.warn({ ...fields, retryAt: until, staged }, "document waits");
}
