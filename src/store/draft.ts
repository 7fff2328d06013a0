import type { DocumentRecord } from "./record.ts";
import type { Change, Store } from "./store.ts";

/** A store that is tried out on: it begins with these records, and nothing of what is done to it is kept. */
export function draftOf(
  records: Iterable<DocumentRecord>,
): Pick<Store, "find" | "commit" | "update" | "note" | "newId"> {
  const documents = new Map([...records].map((record) => [record.sha256, record]));

  const update = (sha256: string, change: Change): DocumentRecord => {
    const record = documents.get(sha256);
    if (!record) throw new Error(`no record of ${sha256}`);
    const changed = {
      ...record,
      ...(typeof change === "function" ? change(record) : change),
    };
    documents.set(sha256, changed);
    return changed;
  };

  return {
    find: (sha256) => documents.get(sha256),

    async commit(record) {
      documents.set(record.sha256, record);
    },

    update: async (sha256, change) => update(sha256, change),
    note: update,

    // Nobody asks for what isn't kept.
    newId: (sha256) => sha256.slice(0, 12),
  };
}
