import { z } from "zod";
import type { Extraction } from "../extraction.ts";
import { type DocumentRecord, record } from "./record.ts";

/** Something that was done to a document. */
export type Deed = DocumentRecord["history"][number];

/** What a deed changed, as it was before: with it the deed can be undone. */
const before = record.pick({
  extraction: true,
  checks: true,
  error: true,
  profile: true,
  profileRevision: true,
});

export type Before = z.infer<typeof before>;

/** What a record is now, to be kept as what it was before. */
export const beforeNow = ({
  extraction,
  checks,
  error,
  profile,
  profileRevision,
}: DocumentRecord): Before => ({ extraction, checks, error, profile, profileRevision });

/** What a deed changed; null for one that only moved the file. */
export const beforeOf = (deed: Deed): Before | null => before.safeParse(deed.before).data ?? null;

/** The deeds that stand, oldest first: neither what was undone, nor that it was. */
export function standingDeeds(history: readonly Deed[]): readonly Deed[] {
  const standing: Deed[] = [];
  for (const deed of history) {
    if (deed.by === "retry") continue;
    // What was rejected was read anew since: all that was done before concerned what was read then.
    if (deed.by === "file") standing.splice(0, 1 + standing.findLastIndex(isRejection));
    if (deed.by !== "undo") standing.push(deed);
    // What was put back from the archive keeps what a person changed in it.
    else if (deed.before === null) removeLast(standing, ({ by }) => by === "file");
    else removeLast(standing, ({ by }) => by !== "file");
  }
  return standing;
}

const isRejection = ({ by }: Deed): boolean => by === "reject";

function removeLast(deeds: Deed[], isOne: (deed: Deed) => boolean): void {
  const at = deeds.findLastIndex(isOne);
  if (at >= 0) deeds.splice(at, 1);
}

/** What a person changed by hand in what is known of a document, as it was before and after. */
interface Edit {
  readonly before: Extraction;
  readonly after: Extraction;
}

/** The edits that stand, oldest first. */
export function editsOf({ history, extraction }: DocumentRecord): readonly Edit[] {
  const states = standingDeeds(history).flatMap((deed) => {
    const known = beforeOf(deed);
    return known ? [{ by: deed.by, before: known.extraction }] : [];
  });
  return states.flatMap(({ by, before: old }, at) => {
    const next = states[at + 1];
    const now = next ? next.before : extraction;
    return by === "edit" && old && now ? [{ before: old, after: now }] : [];
  });
}

/** What was done, of a document: "it was …". */
export const deedWords = {
  file: "filed",
  edit: "edited",
  rerun: "read again",
  undo: "put back",
  accept: "accepted",
  reject: "rejected",
  retry: "taken back to work",
} as const satisfies Record<Deed["by"], string>;
