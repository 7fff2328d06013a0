import { join } from "node:path";
import { z } from "zod";
import type { Folder } from "../document.ts";
import { AutodError } from "../errors.ts";
import { moveFile } from "../filing/move.ts";
import { exists, isRefusal } from "../filing/trouble.ts";
import {
  type DocumentRecord,
  isHalfRefiled,
  isReread,
  record as shape,
  standsAt,
} from "../store/record.ts";
import type { Store } from "../store/store.ts";
import { removeEmptied } from "./emptied.ts";
import { otherIn } from "./occupy.ts";
import { parkedAt } from "./parked.ts";
import { dropReason } from "./reason.ts";
import type { Roots } from "./roots.ts";
import { againstFile, withoutFolder } from "./standing.ts";
import { wayBack } from "./way-back.ts";

/** What became, or would become, of a document that was to be put back where it came from. */
export const undoing = z.object({
  id: z.string(),
  verdict: z.enum(["undone", "planned", "refused"]),
  /** What was done, or would be, before that: "file" puts it back into the inbox. */
  undoes: shape.shape.history.element.shape.by,
  /** Where its file stood; null where nothing says. */
  from: z.string().nullable(),
  /** Where its file lies now, or would; null where it stays. */
  path: z.string().nullable(),
  message: z.string(),
});

export type Undoing = z.infer<typeof undoing>;
type Told = Omit<Undoing, "id" | "from" | "undoes">;

/**
 * Puts an archived document back where it came from, never over another file, or says why that can't be.
 *
 * There it is left alone. Killed at any instant and called again, it goes on where it was. With `instance`, an
 * inbox that another autod works in is left alone too: there it would be taken, and paid for, as a new one.
 */
export const undoDocument = (
  record: DocumentRecord,
  roots: Roots,
  store: Pick<Store, "update">,
  instance?: string,
): Promise<Undoing> =>
  unlessRefused(record, roots, instance, async (folder) => {
    if (isHalfUndone(record)) return await putBack(record, folder, roots, store);
    // Durable before it moves: whoever finds it in the inbox first knows that it is this one, and read.
    const waiting = { ...untilAsked(), parked: null };
    const leaving = await store.update(record.sha256, { status: "undone", waiting });
    return await putBack(leaving, folder, roots, store);
  });

/** Says what `undoDocument` would do; changes nothing. */
export const foreseeUndo = (
  record: DocumentRecord,
  roots: Roots,
  instance?: string,
): Promise<Undoing> =>
  unlessRefused(record, roots, instance, async (folder) => {
    const { root, folders: inside, name } = wayBack(record, folder);
    const path = join(root, ...inside, name);
    const beside = (await exists(path)) ? ", with a number, for the name is taken" : "";
    return { verdict: "planned", path, message: `would go back to the inbox as ${path}${beside}` };
  });

/** Whether a document was about to be put back, and nothing says yet that it was. */
export const isHalfUndone = ({ status, filedAs }: DocumentRecord): boolean =>
  status === "undone" && filedAs !== null;

async function unlessRefused(
  record: DocumentRecord,
  roots: Roots,
  instance: string | undefined,
  act: (folder: Folder) => Promise<Told>,
): Promise<Undoing> {
  const { id, filedAs } = record;
  const from = filedAs ?? standsAt(record);
  const refused = (message: string): Undoing => {
    return { id, verdict: "refused", undoes: "file", from, path: null, message };
  };
  try {
    const status = statusAgainst(record);
    if (status !== null) return refused(status);
    const folder = roots.folders.find(({ name }) => name === record.folder);
    if (!folder) return refused(withoutFolder(record));
    const reason =
      (await placeAgainst(record, folder, roots, instance)) ??
      (await againstFile(record, isHalfUndone(record)));
    return reason === null ? { id, from, undoes: "file", ...(await act(folder)) } : refused(reason);
  } catch (error) {
    // What the disk refuses for one document is no reason to leave the others where they are.
    if (error instanceof AutodError || isRefusal(error)) return refused(error.message);
    throw error;
  }
}

function statusAgainst(record: DocumentRecord): string | null {
  if (isHalfRefiled(record) || isReread(record)) {
    return "it is in work, and autod run carries it on";
  }
  switch (record.status) {
    case "archived":
    case "review":
      return null;
    case "processing":
      return "it is in work, and autod run carries it on";
    case "waiting":
      return "it was not filed yet, and waits";
    case "quarantined":
      return "it was not filed, and stands in quarantine";
    case "undone":
      return isHalfUndone(record)
        ? null
        : `it was undone before, and lies at ${standsAt(record) ?? record.source.path}`;
  }
}

async function placeAgainst(
  record: DocumentRecord,
  folder: Folder,
  roots: Roots,
  instance: string | undefined,
): Promise<string | null> {
  const away = (await roots.of(folder)) ?? (await roots.hiding(record));
  // A disk that isn't mounted is no reason to change anything.
  if (away) return away.error.message;
  const other = instance === undefined ? null : await otherIn(folder.inbox, instance);
  return other && `another autod, on ${other.host}, works in ${folder.inbox}`;
}

/** What a document waits for that was undone: no time ends it, but a person does. */
const untilAsked = () =>
  ({ reason: "retry", retryAt: null, since: new Date().toISOString() }) as const;

async function putBack(
  record: DocumentRecord,
  folder: Folder,
  roots: Roots,
  store: Pick<Store, "update">,
): Promise<Told> {
  const { filedAs, sha256 } = record;
  const from = filedAs ?? "";
  const path = await moveFile({ from, sha256, footing: roots, ...wayBack(record, folder) });
  await dropReason(from, folder);
  const waiting = { ...untilAsked(), parked: await parkedAt(path) };
  await store.update(sha256, ({ history }) => ({
    waiting,
    filedAs: null,
    history: [...history, { at: waiting.since, by: "undo", before: null, from, to: path }],
  }));
  if (!(await roots.at(folder.archive))) await removeEmptied(from, folder);
  return { verdict: "undone", path, message: `is back in the inbox as ${path}` };
}
