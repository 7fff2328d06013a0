import { z } from "zod";
import type { Extraction } from "../../extraction.ts";

/** A field that says something else than before. */
export const difference = z.object({
  /** "issuer"; of a profile's own fields "fields.meter". */
  field: z.string(),
  before: z.unknown(),
  after: z.unknown(),
});

export type Difference = z.infer<typeof difference>;

/** What differs between two readings of a document, field by field, in the order of the schema. */
export function differences(before: Extraction | null, after: Extraction | null): Difference[] {
  const [old, now] = [flat(before), flat(after)];
  const fields = new Set([...Object.keys(now), ...Object.keys(old)]);
  return [...fields].flatMap((field) => {
    const pair = { field, before: old[field] ?? null, after: now[field] ?? null };
    return JSON.stringify(pair.before) === JSON.stringify(pair.after) ? [] : [pair];
  });
}

/** With a profile's own fields beside the others. */
function flat(read: Extraction | null): Readonly<Record<string, unknown>> {
  const { fields = {}, ...known } = read ?? {};
  const own = Object.entries(fields).map(([name, value]) => [`fields.${name}`, value]);
  return { ...known, ...Object.fromEntries(own) };
}
