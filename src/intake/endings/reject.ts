import { basename } from "node:path";
import { put } from "../../filing/quarantine.ts";
import { formatAmount, sumOf } from "../../money/amount.ts";
import type { DocumentRecord } from "../../store/record.ts";
import type { Fate, Means, Setback } from "./ending.ts";

/** Puts a document that is at fault into quarantine, with its reason beside it. */
export async function reject(
  { store, removeUpload }: Means,
  { id, sha256, attempts, calls, costUsd }: DocumentRecord,
  { arrival, failure, timings, log }: Setback,
): Promise<Fate> {
  const { code, message, hint, stage } = failure;
  const filedAs = await put({
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
      possibleUsd: formatAmount(sumOf(calls.map(({ possibleUsd }) => possibleUsd))),
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
  const fields = { event: "document.quarantined", id, sha256, stage, error: { code, message } };
  log.warn({ ...fields, costUsd, filedAs }, "document quarantined");
  await removeUpload(arrival, sha256, log);
  return "quarantined";
}
