import { type Deed, standingDeeds } from "../../store/history.ts";
import type { DocumentRecord } from "../../store/record.ts";
import { isHalfUndone } from "../undo.ts";
import { lastDeed } from "./retract.ts";

/** Those to which something was done since then (ISO 8601, UTC) that can be undone, the newest first. */
export function touchedSince(records: Iterable<DocumentRecord>, since: string): DocumentRecord[] {
  return [...records]
    .map((record) => ({ record, at: touchedAt(record) }))
    .filter(({ at }) => at >= since)
    .toSorted((a, b) => b.at.localeCompare(a.at))
    .map(({ record }) => record);
}

/** When something was done to a document that can be undone; "" if nothing was. */
function touchedAt(record: DocumentRecord): string {
  const { status } = record;
  const isFiled = status === "archived" || status === "review" || isHalfUndone(record);
  const times = [isFiled ? filedAt(record) : "", lastDeed(record)?.at ?? ""];
  return times.toSorted().at(-1) ?? "";
}

/** Of one that is filed by nothing that is known, or was put back since, nobody can say that it was since. */
const filedAt = ({ history }: DocumentRecord): string =>
  standingDeeds(history).findLast(({ by }) => by === "file")?.at ?? "";

/**
 * What is taken back of what a person did since a document was filed: the last of it, or none of it that is older than
 * `since`; null where the document goes back to the inbox.
 */
export function deedToUndo(record: DocumentRecord, since: string | null): Deed | null {
  const deed = isHalfUndone(record) ? null : lastDeed(record);
  if (deed === null || since === null) return deed;
  return filedAt(record) >= since || deed.at < since ? null : deed;
}
