import type { DocumentRecord } from "../store/record.ts";

/** Milliseconds: how far back it is looked how fast documents are done, and how recent the last must be. */
const [WINDOW, RECENT] = [600_000, 120_000];
/** So many say something of the next. */
const ENOUGH = 5;

/**
 * How many milliseconds so many documents will take, by how fast the last ones were done; null where that can't
 * be told, since nothing was done lately.
 */
export function timeFor(
  documents: number,
  records: Iterable<DocumentRecord>,
  now: number = Date.now(),
): number | null {
  const times: number[] = [];
  for (const { status, updatedAt } of records) {
    if (!done.has(status)) continue;
    const time = Date.parse(updatedAt);
    if (time > now - WINDOW && time <= now) times.push(time);
  }
  const first = times.reduce((one, other) => Math.min(one, other), now);
  const last = times.reduce((one, other) => Math.max(one, other), 0);
  if (times.length < ENOUGH || now - last > RECENT) return null;
  return Math.round((documents * (last - first)) / (times.length - 1));
}

const done: ReadonlySet<DocumentRecord["status"]> = new Set(["archived", "review", "quarantined"]);
