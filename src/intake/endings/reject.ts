import { basename } from "node:path";
import type { Logger } from "pino";
import type { Arrival } from "../../document.ts";
import { put } from "../../filing/quarantine.ts";
import { formatAmount, parseAmount } from "../../money/amount.ts";
import type { Timings } from "../../pipeline/stage.ts";
import type { DocumentRecord, Failure } from "../../store/record.ts";
import type { Fate, Means } from "./ending.ts";

/** Puts a document that is at fault into quarantine, with its reason beside it. */
export async function reject(
  { store, removeUpload }: Means,
  { id, sha256, attempts, calls, costUsd }: DocumentRecord,
  failure: Failure,
  arrival: Arrival,
  timings: Timings,
  log: Logger,
): Promise<Fate> {
  const { code, message, hint, stage } = failure;
  const possible = calls.reduce((sum, call) => sum + parseAmount(call.possibleUsd), 0n);
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
      possibleUsd: formatAmount(possible),
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
