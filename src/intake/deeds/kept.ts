import type { Extraction } from "../../extraction.ts";
import { editsOf } from "../../store/history.ts";
import type { DocumentRecord } from "../../store/record.ts";
import { differences } from "./difference.ts";

type Read = Pick<DocumentRecord, "checks"> & { readonly extraction: Extraction };

/**
 * What was read of a document once more, with what a person had put right by hand in place of what the model says:
 * it was looked at, and is not undone by the way.
 */
export function keepEdits(read: Read, record: DocumentRecord): Read {
  const { extraction: now } = record;
  const names = now ? editedIn(record) : new Set<string>();
  if (!now || names.size === 0) return read;
  const isKept = ([name]: [string, unknown]) => names.has(name);
  const known = Object.fromEntries(Object.entries(now).filter(isKept));
  const own = Object.entries(now.fields ?? {}).filter(isKept);
  const unseen = Object.keys(read.extraction.evidence).filter((name) => names.has(name));
  const { fields, evidence } = read.extraction;
  return {
    extraction: {
      ...read.extraction,
      ...known,
      ...(fields ? { fields: { ...fields, ...Object.fromEntries(own) } } : {}),
      evidence: { ...evidence, ...Object.fromEntries(unseen.map((name) => [name, null])) },
    },
    checks: read.checks.filter(({ field }) => !names.has(field)),
  };
}

/** The fields that a person changed, and that are so still. */
function editedIn(record: DocumentRecord): ReadonlySet<string> {
  const edits = editsOf(record).flatMap(({ before, after }) => {
    const changedSince = new Set(differences(after, record.extraction).map(({ field }) => field));
    return differences(before, after)
      .map(({ field }) => field)
      .filter((field) => field !== "evidence" && !changedSince.has(field));
  });
  return new Set(edits.map((field) => field.replace(/^fields\./, "")));
}
