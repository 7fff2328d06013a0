import { beforeOf, type Deed, deedWords, standingDeeds } from "../../store/history.ts";
import { type DocumentRecord, standsAt } from "../../store/record.ts";
import type { Roots } from "../roots.ts";
import type { Undoing } from "../undo.ts";
import { against, decide, type Deciding } from "./decide.ts";

/** What was done last to a document since it was filed, and what it was like before; null where nothing was. */
export function lastDeed({ history }: DocumentRecord): Deed | null {
  const last = standingDeeds(history).at(-1);
  return last && last.by !== "file" && beforeOf(last) ? last : null;
}

/**
 * Makes a document what it was before a person last edited, accepted, rejected or had it read again, and puts its
 * file back where it stood then, never over another; or says why that can't be.
 */
export async function retractDeed(record: DocumentRecord, deciding: Deciding): Promise<Undoing> {
  const undoes = lastDeed(record)?.by ?? "edit";
  const { id, verdict, from, path, message } = await decide(record, deciding, (now) => {
    const deed = lastDeed(now);
    const change = deed && beforeOf(deed);
    if (!change) return "nothing was done to it since it was filed";
    const target = deed.from === null ? {} : { target: deed.from };
    return {
      decision: { by: "undo", change: { ...change, ...besidesAgain(now, deed) }, ...target },
      say: ({ filedAs }) => words(deed) + (filedAs === null ? "" : `, and stands at ${filedAs}`),
    };
  });
  return verdict === "done"
    ? { id, verdict: "undone", undoes, from, path, message }
    : { id, verdict, undoes, from, path: null, message };
}

/** What was read once more, and applied, stands beside what is known again: it was paid for. */
function besidesAgain(
  { extraction, checks, profile, profileRevision, reread }: DocumentRecord,
  { by, at }: Deed,
): Pick<DocumentRecord, "reread"> {
  const isLost = by === "rerun" && !reread?.extraction;
  return isLost ? { reread: { at, profile, profileRevision, extraction, checks } } : {};
}

/** Says what `retractDeed` would do; changes nothing. */
export async function foreseeRetraction(
  record: DocumentRecord,
  deed: Deed,
  roots: Roots,
): Promise<Undoing> {
  const told = { id: record.id, undoes: deed.by, from: standsAt(record) };
  const reason = await against(record, roots);
  if (reason !== null) return { ...told, verdict: "refused", path: null, message: reason };
  const message = `would be ${words(deed).slice("is ".length)}`;
  return { ...told, verdict: "planned", path: deed.from, message };
}

const words = ({ by }: Deed): string => `is as it was before it was ${deedWords[by]}`;
