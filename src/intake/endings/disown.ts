import type { DocumentRecord, Failure } from "../../store/record.ts";
import { leftOf, waitingChange } from "../change.ts";
import type { Means } from "./ending.ts";

/**
 * Ends the work on a document whose file is another by now, because who had it open wrote to it: what was found
 * out about its bytes, and paid for, is kept for when they come again. Where nothing was, it is forgotten.
 */
export async function disown(
  { store, clean }: Pick<Means, "store" | "clean">,
  { sha256 }: DocumentRecord,
  failure: Failure,
): Promise<void> {
  const record = store.find(sha256);
  if (!record) return;
  const { calls, extraction, work, upload, duplicates } = record;
  const isOpen = Boolean(work?.responseId) || (work?.stored.length ?? 0) > 0 || upload !== null;
  if (!isOpen && calls.length === 0 && extraction === null && duplicates.length === 0) {
    await store.remove(sha256);
    return;
  }
  const change = waitingChange(failure, { since: Date.now(), retryAt: null }, null);
  await store.update(sha256, (now) => ({
    ...change(now),
    work: now.work?.responseId ? { ...now.work, staged: "" } : leftOf(now),
  }));
  clean(sha256);
}
