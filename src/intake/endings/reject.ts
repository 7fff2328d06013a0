import type { Logger } from "pino";
import type { Folder } from "../../document.ts";
import { put } from "../../filing/quarantine.ts";
import type { DocumentRecord, Failure } from "../../store/record.ts";
import type { Store } from "../../store/store.ts";
import type { Roots } from "../roots.ts";
import { leftOf } from "../change.ts";
import { reasonOf } from "../reason.ts";
import type { Fate, Means, Setback } from "./ending.ts";

/** Puts a document that is at fault into quarantine, with its reason beside it. */
export async function reject(
  { store, roots, clean }: Means,
  { sha256 }: DocumentRecord,
  { arrival, failure, timings, log }: Setback,
): Promise<Fate> {
  const { folder } = arrival;
  // Durable before it moves: whatever happens to us, it isn't asked about again.
  const intended = await store.update(sha256, ({ work }) => ({
    error: failure,
    timings: { ...timings },
    work: work && { ...work, step: "file", target: folder.quarantine },
  }));
  await finishRejection({ store, roots }, intended, failure, arrival.staged, folder, log);
  clean(sha256);
  return "quarantined";
}

interface Judging {
  readonly store: Pick<Store, "update">;
  readonly roots: Pick<Roots, "require" | "durable">;
}

/** Does, or goes on with, what a record says is about to become of a document at fault. */
export async function finishRejection(
  { store, roots }: Judging,
  record: DocumentRecord,
  failure: Failure,
  staged: string,
  folder: Folder,
  log: Logger,
): Promise<void> {
  const { id, sha256, source, costUsd } = record;
  const { code, message, stage } = failure;
  const filedAs = await put({
    from: staged,
    root: folder.quarantine,
    footing: roots,
    name: source.name,
    id,
    sha256,
    reason: reasonOf(record, failure),
  });
  await store.update(sha256, (now) => ({
    status: "quarantined",
    filedAs,
    waiting: null,
    work: leftOf(now),
  }));
  const fields = { event: "document.quarantined", id, sha256, stage, error: { code, message } };
  log.warn({ ...fields, costUsd, filedAs }, "document quarantined");
}
