import { basename } from "node:path";
import type { Logger } from "pino";
import type { Arrival, Folder } from "../../document.ts";
import { setAside } from "../../filing/duplicates.ts";
import { type DocumentRecord, standsAt } from "../../store/record.ts";
import type { Ended, Fate, Means } from "./ending.ts";

type Duplicate = DocumentRecord["duplicates"][number];

/** Sets a duplicate aside and links it to its original, which alone has a record. */
export async function linkDuplicate(
  means: Means,
  { halt }: Ended<"halted">,
  { folder, staged, path, claimId }: Arrival,
  log: Logger,
): Promise<Fate> {
  const inStaging = { path, seenAt: new Date().toISOString(), movedTo: staged };
  // Before it moves, so that whatever happens to us it is finished, and somebody can say what became of it.
  const original = await means.store.update(halt.of, ({ duplicates }) => ({
    duplicates: [...duplicates.filter(({ movedTo }) => movedTo !== staged), inStaging],
  }));
  await finishDuplicate(means, original, inStaging, { folder, claimId }, log);
  return "duplicate";
}

/** Does, or goes on with, what a record says is about to become of a duplicate that stands in staging. */
export async function finishDuplicate(
  { store, roots }: Pick<Means, "store" | "roots">,
  known: DocumentRecord,
  { path, movedTo: staged }: Duplicate,
  { folder, claimId }: { readonly folder: Folder; readonly claimId: string },
  log: Logger,
): Promise<void> {
  const { id, sha256 } = known;
  const original = standsAt(known);
  const { movedTo } = await setAside({
    from: staged ?? "",
    root: folder.archive,
    footing: roots,
    name: basename(path),
    id: claimId,
    sha256,
    original,
    mode: folder.duplicates,
  });
  await store.update(sha256, ({ duplicates }) => ({
    duplicates: duplicates.map((one) => (one.movedTo === staged ? { ...one, movedTo } : one)),
  }));
  log.info({ event: "document.duplicate", id, sha256, movedTo, original }, "duplicate set aside");
}
