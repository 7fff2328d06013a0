import { basename } from "node:path";
import type { Logger } from "pino";
import type { Arrival } from "../../document.ts";
import { setAside } from "../../filing/duplicates.ts";
import { standsAt } from "../../store/record.ts";
import type { Ended, Fate, Means } from "./ending.ts";

/** Sets a duplicate aside and links it to its original, which alone has a record. */
export async function linkDuplicate(
  { store, roots }: Means,
  { halt }: Ended<"halted">,
  { folder, staged, path, claimId }: Arrival,
  log: Logger,
): Promise<Fate> {
  const known = store.find(halt.of);
  const original = known ? standsAt(known) : null;
  const { movedTo } = await setAside({
    from: staged,
    root: folder.archive,
    guard: roots.require,
    name: basename(path),
    id: claimId,
    sha256: halt.of,
    original,
    mode: folder.duplicates,
  });
  await store.update(halt.of, ({ duplicates }) => ({
    duplicates: [...duplicates, { path, seenAt: new Date().toISOString(), movedTo }],
  }));
  const fields = { event: "document.duplicate", id: known?.id, sha256: halt.of };
  log.info({ ...fields, movedTo, original }, "duplicate set aside");
  return "duplicate";
}
