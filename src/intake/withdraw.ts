import { loggable } from "../log.ts";
import type { Failure } from "../store/record.ts";
import { waitingAt } from "./parking.ts";
import type { RecoverySettings } from "./recover.ts";
import { releaseDocument } from "./release.ts";

/** Takes documents back out of quarantine that were not to blame: they wait in their inbox for the account. */
export function openWithdrawal(settings: RecoverySettings) {
  const { store, holds, roots, profileOf, onWaiting, signal, log } = settings;
  return async (sha256: string, failure: Failure): Promise<void> => {
    try {
      // It may be on its way there still.
      using _ = await holds.take(sha256, signal);
      const record = store.find(sha256);
      const folder = roots.folders.find(({ name }) => name === record?.folder);
      if (record?.status !== "quarantined" || !folder) return;
      const { id, source } = record;
      const about = { folder: folder.name, path: source.path, id, sha256 };
      const { verdict, message } = await releaseDocument(record, roots, store);
      if (verdict !== "released") {
        log.warn({ ...about, error: { code: verdict, message } }, "document stays in quarantine");
        return;
      }
      const waits = await store.update(sha256, (now) => ({
        waiting: now.waiting && { ...now.waiting, reason: "account", retryAt: null },
        error: failure,
      }));
      const { code, message: why, stage } = failure;
      const error = { code, message: why };
      log.warn({ event: "document.waiting", ...about, stage, error }, "document waits");
      const waiting = waitingAt(waits, folder, profileOf(record.profile));
      if (waiting) onWaiting(waiting);
    } catch (error) {
      log.error({ sha256, error: loggable(error) }, "document stays in quarantine");
    }
  };
}
