import { z } from "zod";
import { exists } from "../filing/trouble.ts";
import { type DocumentRecord, standsAt } from "../store/record.ts";
import type { Store } from "../store/store.ts";
import type { Offline, Roots } from "./roots.ts";
import { type Marking, unmarkTwins } from "./twins.ts";

/** What became of a document that was to be forgotten. */
export const farewell = z.object({
  id: z.string(),
  verdict: z.enum(["forgotten", "refused"]),
  /** Where its file stands; null where it is gone. */
  path: z.string().nullable(),
  message: z.string(),
});

export type Farewell = z.infer<typeof farewell>;

/**
 * Removes a document's record, never its file, or says why not; what it cost stays in all totals.
 *
 * One that is in work is kept. So is one that waits with an answer that was paid for, or of which the server still
 * keeps something, unless `lose` says that it may be lost.
 */
export async function forgetDocument(
  record: DocumentRecord,
  store: Pick<Store, "remove" | "all" | "find" | "update">,
  roots: Pick<Roots, "above">,
  twinsOf: Marking["twinsOf"],
  lose: boolean,
): Promise<Farewell> {
  const { id, sha256 } = record;
  const place = standsAt(record) ?? record.source.path;
  // What isn't seen while a disk is away is not gone.
  const away = await roots.above(place);
  const path = away || (await exists(place)) ? place : null;
  const reason = reasonToKeep(record, lose);
  if (reason !== null) return { id, verdict: "refused", path, message: reason };
  await store.remove(sha256);
  await unmarkTwins(store.all(), record, { store, twinsOf });
  const message = path === null ? goneMessage(place) : leftMessage(record, path, away);
  return { id, verdict: "forgotten", path, message };
}

function reasonToKeep({ status, work, extraction }: DocumentRecord, lose: boolean): string | null {
  // Of an open ask nobody knows yet what it cost.
  if (status === "processing" || work?.step === "ask") {
    return "it is in work, and autod run carries it on";
  }
  if (lose) return null;
  if (work?.step === "delete") {
    return "its upload or answer is still to be deleted at the server, which autod run does; --yes forgets that too";
  }
  const isWaiting = status === "waiting" || status === "undone";
  if (!isWaiting || extraction === null) return null;
  return "it waits with an answer that was paid for; --yes forgets that too";
}

const goneMessage = (place: string) => `is forgotten; its PDF is no longer at ${place}`;

function leftMessage(
  { status, filedAs }: DocumentRecord,
  path: string,
  away: Offline | null,
): string {
  if (away) return `is forgotten; its PDF is left at ${path}, but ${away.error.message}`;
  const isTaken = (status === "waiting" || status === "undone") && filedAs === null;
  const next = isTaken ? ", where autod run takes it as a new document" : "";
  return `is forgotten; its PDF stays at ${path}${next}`;
}
