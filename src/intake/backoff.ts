import type { DocumentRecord } from "../store/record.ts";
import type { Delay, WaitingReason } from "./change.ts";

/** Milliseconds that a document waits on disk: the first time, and at most. */
export interface Waits {
  readonly first: number;
  readonly longest: number;
}

/** Of a document whose trouble is a minute's at least, for all short tries have failed. */
export const usualWaits: Waits = { first: 60_000, longest: 3_600_000 };

/**
 * How long a document waits before it is taken up again: twice as long as the last time.
 *
 * What a server or the calendar put a time to (`asked`, milliseconds) waits for exactly that; an account's
 * trouble has no time.
 */
export function backoff(
  reason: WaitingReason,
  asked: number | undefined,
  before: DocumentRecord["waiting"],
  { first, longest }: Waits,
): Delay {
  const since = Date.now();
  if (reason === "account") return { since, retryAt: null };
  const last = before?.retryAt ? Date.parse(before.retryAt) - Date.parse(before.since) : 0;
  const wait = asked ?? Math.min(Math.max(2 * last, first), longest);
  return { since, retryAt: since + wait };
}
