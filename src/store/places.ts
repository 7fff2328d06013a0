import { join } from "node:path";

/** Where the store's files lie in a folder (dataDir). */
export const placesIn = (folder: string) => ({
  snapshot: join(folder, "documents.json"),
  journal: join(folder, "journal.jsonl"),
  backups: join(folder, "backups"),
  corrupt: join(folder, "corrupt"),
});
