import { z } from "zod";
import type { DocumentRecord } from "../store/record.ts";
import { record } from "../store/record.ts";

/** What some documents wait for. */
export const wait = z.object({
  reason: record.shape.waiting.unwrap().shape.reason,
  /** What they met last; null where they met nothing. */
  code: z.string().nullable(),
  hint: z.string().nullable(),
  documents: z.int(),
  /** When the first of them began to wait. */
  since: z.iso.datetime(),
  /** When the next of them is tried again; null where no time ends it. */
  retryAt: z.iso.datetime().nullable(),
});

export type Wait = z.infer<typeof wait>;

/** What documents wait for, those that wait for the same thing together; most documents first. */
export function waitsIn(records: Iterable<DocumentRecord>): Wait[] {
  const waits = new Map<string, Wait>();
  for (const { status, waiting, error } of records) {
    if (status !== "waiting" || !waiting) continue;
    const { reason, since, retryAt } = waiting;
    const { code = null, hint = null } = error ?? {};
    const key = JSON.stringify([reason, code]);
    const before = waits.get(key);
    waits.set(key, {
      reason,
      code,
      hint,
      documents: (before?.documents ?? 0) + 1,
      since: before ? earlier(before.since, since) : since,
      retryAt:
        before?.retryAt && retryAt
          ? earlier(before.retryAt, retryAt)
          : (retryAt ?? before?.retryAt ?? null),
    });
  }
  return [...waits.values()].toSorted((a, b) => b.documents - a.documents);
}

const earlier = (one: string, other: string): string =>
  Date.parse(one) <= Date.parse(other) ? one : other;
