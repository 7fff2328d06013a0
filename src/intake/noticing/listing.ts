import type { Folder } from "../../document.ts";
import type { Candidate } from "../candidate.ts";
import type { Intake } from "../intake.ts";
import { listInbox } from "../list.ts";

/** What lay in a folder when it was listed. */
export interface Listed {
  /** What can be taken, and is neither being looked at nor waiting for that yet. */
  readonly found: number;
  /** The oldest of it, the oldest first: so many as are kept in mind. */
  readonly oldest: readonly Candidate[];
  /** When the newest of it came, as they say it of themselves. */
  readonly newest: number;
}

export interface Rules {
  /** Whether what was left as it is gets another chance. */
  readonly again: boolean;
  /** What came later is left for the next time. */
  readonly until: number;
}

/** Goes through a folder, however much lies in it, and keeps the oldest of what can be taken. */
export async function listFolder(
  folder: Folder,
  { list, isOffered }: Pick<Intake, "list" | "isOffered">,
  { again, until }: Rules,
): Promise<Listed> {
  const listing = await list(folder);
  const oldest = keepOldest();
  let found = 0;
  let newest = Number.NEGATIVE_INFINITY;
  for await (const spot of listInbox(folder.inbox)) {
    const candidate = await listing.sift(spot);
    if (!candidate || isOffered(spot) || candidate.arrived > until) continue;
    if (!again && listing.isLeft(candidate)) continue;
    found += 1;
    newest = Math.max(newest, candidate.arrived);
    oldest.add(candidate);
  }
  listing.end();
  return { found, oldest: oldest.all(), newest };
}

/** So many are kept in mind; the folder is listed again for the others. */
const KEPT = 2_000;

function keepOldest() {
  let kept: Candidate[] = [];
  const thin = () => {
    kept = kept.toSorted((one, other) => one.arrived - other.arrived).slice(0, KEPT);
  };
  return {
    add(candidate: Candidate) {
      kept.push(candidate);
      // In between, so that each is sorted in a few times only.
      if (kept.length >= 2 * KEPT) thin();
    },
    all(): readonly Candidate[] {
      thin();
      return kept;
    },
  };
}
