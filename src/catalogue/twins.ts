import type { Extraction } from "../extraction.ts";
import type { DocumentRecord } from "../store/record.ts";
import { lettersOf } from "./letters.ts";

/** Documents of other bytes that seem to be the same: found by what they say, not by looking at each. */
export interface Twins {
  readonly index: (record: DocumentRecord) => void;
  readonly remove: (record: DocumentRecord) => void;
  /**
   * The SHA-256 of those that share issuer, date, amount and a number with a document, without itself; `aliases`
   * are other names of its issuer.
   */
  readonly of: (record: DocumentRecord, aliases: readonly string[]) => readonly string[];
}

export function openTwins(): Twins {
  const documents = new Map<string, Set<string>>();
  return {
    index(record) {
      for (const key of keysOf(record)) {
        const sharing = documents.get(key) ?? new Set();
        documents.set(key, sharing.add(record.sha256));
      }
    },
    remove(record) {
      for (const key of keysOf(record)) {
        const sharing = documents.get(key);
        sharing?.delete(record.sha256);
        if (sharing?.size === 0) documents.delete(key);
      }
    },
    of(record, aliases) {
      const keys = [record.extraction?.issuer, ...aliases].flatMap((name) => keysOf(record, name));
      const found = new Set(keys.flatMap((key) => [...(documents.get(key) ?? [])]));
      found.delete(record.sha256);
      return [...found];
    },
  };
}

/** One for each of its numbers; none where anything is missing, for that says nothing. */
function keysOf(
  { extraction: read }: DocumentRecord,
  issuer: string | null | undefined = read?.issuer,
): string[] {
  const { documentDate, totalAmount, currency } = read ?? {};
  if (!read || !issuer || !documentDate || !totalAmount) return [];
  const amount = `${Number(totalAmount)} ${currency ?? ""}`;
  const shared = [lettersOf(issuer), documentDate, amount];
  return numbersIn(read).map((number) => [...shared, number].join("\n"));
}

const numbersIn = ({ references }: Extraction): string[] => [
  ...new Set(references.map(({ value }) => lettersOf(value)).filter((value) => value !== "")),
];
