import type { Catalogue } from "../catalogue/catalogue.ts";
import type { DocumentRecord } from "../store/record.ts";
import type { Store } from "../store/store.ts";

/** What possible duplicates are marked with. */
export interface Marking {
  readonly store: Pick<Store, "find" | "update">;
  readonly twinsOf: Catalogue["twinsOf"];
}

/** Marks a document and those that seem to be the same, each with the id of the other; done again it changes nothing. */
export async function markTwins(sha256: string, marking: Marking): Promise<void> {
  const { store, twinsOf } = marking;
  const record = store.find(sha256);
  if (!record) return;
  for (const twin of twinsOf(record)) {
    if (twin.possibleDuplicateOf === null) await mark(twin, record.id, store);
  }
  await mark(record, twinsOf(record)[0]?.id ?? null, store);
}

/** Marks anew after something else is known of a document. */
export async function remarkTwins(
  record: DocumentRecord,
  marking: Marking & { readonly store: Pick<Store, "all"> },
): Promise<void> {
  await markTwins(record.sha256, marking);
  await unmarkTwins(marking.store.all(), record, marking);
}

/** Takes back the marks that name a document which is no twin any more, or was forgotten. */
export async function unmarkTwins(
  records: Iterable<DocumentRecord>,
  { id }: Pick<DocumentRecord, "id">,
  { store, twinsOf }: Marking,
): Promise<void> {
  for (const record of records) {
    if (record.possibleDuplicateOf !== id) continue;
    const twins = twinsOf(record);
    if (!twins.some((twin) => twin.id === id)) await mark(record, twins[0]?.id ?? null, store);
  }
}

async function mark(
  { sha256, possibleDuplicateOf }: DocumentRecord,
  twin: string | null,
  store: Marking["store"],
): Promise<void> {
  if (possibleDuplicateOf !== twin) await store.update(sha256, { possibleDuplicateOf: twin });
}
