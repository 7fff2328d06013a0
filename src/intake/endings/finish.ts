import type { Logger } from "pino";
import { filedChange } from "../change.ts";
import { dropReason, reviewReasonOf } from "../reason.ts";
import type { Ended, Fate, Means } from "./ending.ts";

/** Records where a document stands now, and has its upload deleted. */
export async function finish(
  { store, clean }: Means,
  { document, timings }: Ended<"done">,
  log: Logger,
): Promise<Fate> {
  const { sha256, id, filedAs, earlier, place } = document;
  const status = place === "review" ? "review" : "archived";
  const filed = await store.update(sha256, (record) =>
    filedChange(record, status, filedAs, timings),
  );
  const refiled = earlier?.status === "archived" || earlier?.status === "review";
  const event = refiled ? "document.refiled" : (`document.${status}` as const);
  // Its file was gone from there, and the reason beside it says nothing of any file any more.
  const left = earlier?.status === "review" ? earlier.filedAs : null;
  if (left !== null && left !== filedAs) await dropReason(left, document.folder);
  const { possibleDuplicateOf } = filed;
  const twin = possibleDuplicateOf === null ? {} : { possibleDuplicateOf };
  const reason = reviewReasonOf(filed);
  const error = reason && { code: reason.code, message: reason.message };
  const doubt = error ? { error } : {};
  log.info({ event, id, sha256, status, filedAs, ...twin, ...doubt }, "document filed");
  clean(sha256);
  return status;
}
