import { z } from "zod";
import { AutodError } from "../../errors.ts";
import { isRefusal } from "../../filing/trouble.ts";
import { beforeNow } from "../../store/history.ts";
import {
  type DocumentRecord,
  isHalfRefiled,
  isReread,
  record as shape,
  standsAt,
} from "../../store/record.ts";
import type { Roots } from "../roots.ts";
import { againstFile, withoutFolder } from "../standing.ts";
import { remarkTwins } from "../twins.ts";
import { difference, differences } from "./difference.ts";
import { type Decision, finishRefiling, refile, type Refiling } from "./refile.ts";

/** What became of a document that a person decided about. */
export const decided = z.object({
  id: z.string(),
  verdict: z.enum(["done", "refused"]),
  status: shape.shape.status,
  /** Where its file stood, and where it stands now; null where nothing says. */
  from: z.string().nullable(),
  path: z.string().nullable(),
  message: z.string(),
  /** What is known of it that was not, or otherwise. */
  differences: z.array(difference),
});

export type Decided = z.infer<typeof decided>;

/** What people decide with. */
export interface Deciding extends Refiling {
  readonly roots: Roots;
}

/** What is to be done with a document, or why nothing can be; `say` tells what came of it. */
export type Choice =
  | string
  | { readonly decision: Decision; readonly say: (settled: DocumentRecord) => string };

/**
 * Does what a person decided about one document, or says why that can't be. What was cut off before is finished
 * first; killed at any instant, it is finished by the next start.
 */
export async function decide(
  given: DocumentRecord,
  deciding: Deciding,
  choose: (record: DocumentRecord) => Choice,
): Promise<Decided> {
  const { roots, store } = deciding;
  const refused = (message: string, { id, status }: DocumentRecord = given): Decided => {
    const place = standsAt(given);
    return { id, verdict: "refused", status, from: place, path: place, message, differences: [] };
  };
  const folder = roots.folders.find(({ name }) => name === given.folder);
  if (!folder) return refused(withoutFolder(given));
  let isDecided = false;
  try {
    const away = (await roots.of(folder)) ?? (await roots.hiding(given));
    // A disk that isn't mounted is no reason to change anything.
    if (away) return refused(away.error.message);
    const record = isHalfRefiled(given) ? await finishRefiling(given, folder, deciding) : given;
    const choice = choose(record);
    if (typeof choice === "string") return refused(choice, record);
    const reason = await stateAgainst(record);
    if (reason !== null) return refused(reason, record);
    isDecided = true;
    const settled = await settle(record, choice.decision);
    const { id, status } = settled;
    const [from, path] = [standsAt(record), standsAt(settled)];
    const changes = differences(record.extraction, settled.extraction);
    const message = choice.say(settled);
    return { id, verdict: "done", status, from, path, message, differences: changes };
  } catch (error) {
    const later = isDecided ? "; it is noted, and done once that is over" : "";
    return refused(refusalIn(error) + later);
  }

  /** What isn't filed is only known otherwise from then on. */
  async function settle(record: DocumentRecord, decision: Decision): Promise<DocumentRecord> {
    if (record.filedAs !== null && folder) return await refile(record, folder, decision, deciding);
    const { by, change } = decision;
    const at = new Date().toISOString();
    const settled = await store.update(record.sha256, (now) => ({
      ...change,
      history: [...now.history, { at, by, before: beforeNow(now), from: null, to: null }],
    }));
    await remarkTwins(settled, deciding);
    return settled;
  }
}

/** Why nothing can be decided about a document as things are; null where nothing speaks against it. */
export async function against(record: DocumentRecord, roots: Roots): Promise<string | null> {
  const folder = roots.folders.find(({ name }) => name === record.folder);
  if (!folder) return withoutFolder(record);
  try {
    const away = (await roots.of(folder)) ?? (await roots.hiding(record));
    if (away) return away.error.message;
    return isHalfRefiled(record) ? null : await stateAgainst(record);
  } catch (error) {
    return refusalIn(error);
  }
}

/** What the disk refuses for one document is no reason to leave the others where they are. */
function refusalIn(error: unknown): string {
  const isOurs = error instanceof AutodError && error.kind !== "usage";
  if (isOurs || isRefusal(error)) return error.message;
  throw error;
}

/** A file that is gone is not in the way; another one in its place is not to be moved. */
async function stateAgainst(record: DocumentRecord): Promise<string | null> {
  if (isUnderWay(record)) return "it is in work, and autod run carries it on";
  return record.filedAs === null ? null : await againstFile(record, true);
}

/** Whether it is being read, or its file is on its way out of the archive or of quarantine. */
function isUnderWay(record: DocumentRecord): boolean {
  const { status, filedAs } = record;
  const isLeaving = (status === "undone" || status === "waiting") && filedAs !== null;
  return status === "processing" || isLeaving || isReread(record);
}
