import type { Logger } from "pino";
import type { Folder } from "../document.ts";
import { loggable } from "../log.ts";
import type { Profile } from "../openai/profile.ts";
import type { Failure } from "../store/record.ts";
import type { Store } from "../store/store.ts";
import type { Waiting } from "./parking.ts";
import { releaseDocument } from "./release.ts";

/** Takes documents back out of quarantine that were not to blame: they wait in their inbox for the account. */
export function openWithdrawal(
  store: Pick<Store, "find" | "update">,
  folders: readonly Folder[],
  profileOf: (key: string) => Profile,
  onWaiting: (waiting: Waiting) => void,
  log: Logger,
) {
  return async (sha256: string, failure: Failure): Promise<void> => {
    const record = store.find(sha256);
    const folder = folders.find(({ name }) => name === record?.folder);
    if (record?.status !== "quarantined" || !folder) return;
    const { id, source } = record;
    const about = { folder: folder.name, path: source.path, id, sha256 };
    try {
      const { verdict, message } = await releaseDocument(record, folders, store);
      if (verdict !== "released") {
        log.warn({ ...about, error: { code: verdict, message } }, "document stays in quarantine");
        return;
      }
      const { waiting } = await store.update(sha256, (now) => ({
        waiting: now.waiting && { ...now.waiting, reason: "account", retryAt: null },
        error: failure,
      }));
      const { code, message: why, stage } = failure;
      const error = { code, message: why };
      log.warn({ event: "document.waiting", ...about, stage, error }, "document waits");
      if (!waiting?.parked) return;
      const { parked, reason } = waiting;
      const since = Date.parse(waiting.since);
      const profile = profileOf(record.profile);
      const upperUsd = record.estimate?.upperCostUsd ?? null;
      const until = { reason, since, retryAt: null };
      onWaiting({ folder, profile, path: parked.path, parked, ...until, upperUsd });
    } catch (error) {
      log.error({ ...about, error: loggable(error) }, "document stays in quarantine");
    }
  };
}
