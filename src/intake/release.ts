import { dirname } from "node:path";
import { z } from "zod";
import type { Folder } from "../document.ts";
import { AutodError } from "../errors.ts";
import { moveFile } from "../filing/move.ts";
import { release as removeReason } from "../filing/quarantine.ts";
import { exists, isRefusal } from "../filing/trouble.ts";
import { stands } from "../stands.ts";
import { type DocumentRecord, standsAt } from "../store/record.ts";
import type { Store } from "../store/store.ts";
import { bytesAt } from "./bytes-at.ts";
import { parkedAt } from "./parked.ts";
import type { Roots } from "./roots.ts";
import { withoutFolder } from "./standing.ts";
import { isHalfUndone, undoDocument } from "./undo.ts";
import { wayBack } from "./way-back.ts";

/** What became of a document that was to go back to work. */
export const release = z.object({
  id: z.string(),
  verdict: z.enum(["released", "replaced", "refused"]),
  /** Where the file lies that is taken up next; null where none is. */
  path: z.string().nullable(),
  message: z.string(),
});

export type Release = z.infer<typeof release>;
type Told = Omit<Release, "id">;
type Records = Pick<Store, "find" | "update">;

interface Means {
  readonly folder: Folder;
  readonly roots: Roots;
  readonly store: Records;
}

/**
 * Takes a document out of quarantine, waiting or undone back to work, or says why that can't be.
 *
 * Killed at any instant and called again, it goes on where it was. Other bytes that stand in quarantine under
 * the document's name are a new one: they go to the inbox, and the record stays.
 */
export async function releaseDocument(
  record: DocumentRecord,
  roots: Roots,
  store: Records,
): Promise<Release> {
  return { id: record.id, ...(await releaseOrRefuse(record, roots, store)) };
}

async function releaseOrRefuse(
  record: DocumentRecord,
  roots: Roots,
  store: Records,
): Promise<Told> {
  if (record.status === "processing") return refused("it is in work, and autod run carries it on");
  if (record.status === "archived" || record.status === "review") {
    return refused(`it was read, and stands at ${record.filedAs}`);
  }
  const folder = roots.folders.find(({ name }) => name === record.folder);
  if (!folder) return refused(withoutFolder(record));
  try {
    const { status, filedAs } = record;
    const away = (await roots.hiding(record)) ?? (await roots.at(folder.inbox));
    // What isn't seen while a disk is away is not gone.
    if (away) return refused(away.error.message);
    if (status === "undone") return await endUndo(record, roots, store);
    const isQuarantined = status === "quarantined" || (status === "waiting" && filedAs !== null);
    return isQuarantined
      ? await leaveQuarantine(record, filedAs, { folder, roots, store })
      : await endWait(record, store);
  } catch (error) {
    // What the disk refuses for one document is no reason to leave the others where they are.
    if (error instanceof AutodError || isRefusal(error)) return refused(error.message);
    throw error;
  }
}

/**
 * That it is about to leave is durable before it moves: it waits then, and still stands in quarantine. So it
 * is no duplicate of itself to whoever finds it in the inbox first.
 */
async function leaveQuarantine(
  record: DocumentRecord,
  from: string | null,
  means: Means,
): Promise<Told> {
  const { folder, roots, store } = means;
  const { sha256, status } = record;
  if (from === null) return refused("nothing says where its file stands");
  for (const place of [dirname(from), folder.inbox]) {
    if (!(await exists(place))) return refused(`the folder ${place} is missing`);
  }
  const found = await bytesAt(from);
  if (found === null && status === "quarantined") {
    return refused(`its file is gone from ${from}; save it again if it is still wanted`);
  }
  if (found !== null && found !== sha256) return await replaced(record, from, found, means);
  const since = new Date().toISOString();
  const waiting = { reason: "retry", retryAt: since, since, parked: null } as const;
  if (status === "quarantined") await store.update(sha256, { status: "waiting", waiting });
  const to = await moveFile({ from, sha256, footing: roots, ...wayBack(record, folder) });
  await removeReason(from);
  const parked = await parkedAt(to);
  await store.update(sha256, ({ history }) => ({
    waiting: { ...waiting, parked },
    filedAs: null,
    history: [...history, { at: since, by: "retry", before: null, from, to }],
  }));
  return { verdict: "released", path: to, message: `is back in the inbox as ${to}` };
}

async function replaced(
  record: DocumentRecord,
  from: string,
  sha256: string,
  { folder, roots, store }: Means,
): Promise<Told> {
  const other = store.find(sha256);
  if (other) return refused(`in its place stands document ${other.id}`);
  const path = await moveFile({ from, sha256, footing: roots, ...wayBack(record, folder) });
  await removeReason(from);
  const message = `is gone; other bytes stood in its place, and went to the inbox as ${path}`;
  return { verdict: "replaced", path, message };
}

/** Lets a document be filed again that was put back; other bytes in its place are left to be taken as a new one. */
async function endUndo(record: DocumentRecord, roots: Roots, store: Records): Promise<Told> {
  if (isHalfUndone(record)) {
    const { verdict, message } = await undoDocument(record, roots, store);
    if (verdict !== "undone") return refused(message);
  }
  const undone = store.find(record.sha256) ?? record;
  const path = standsAt(undone) ?? undone.source.path;
  const found = await bytesAt(path);
  if (found === record.sha256 || found === null) return await endWait(undone, store);
  return refused(`other bytes lie at ${path}; save it again if it is still wanted`);
}

/** Lets a document be taken up now, from where its file waits. */
async function endWait(record: DocumentRecord, store: Records): Promise<Told> {
  const path = standsAt(record) ?? record.source.path;
  if (!(await stands(path, { size: record.bytes }))) {
    return refused(`its file is gone from ${path}; save it again if it is still wanted`);
  }
  const since = new Date().toISOString();
  // What has work open stands in staging.
  const parked = record.waiting?.parked ?? (record.work?.staged ? null : await parkedAt(path));
  const waiting = { reason: "retry", retryAt: since, since, parked } as const;
  await store.update(record.sha256, { status: "waiting", waiting });
  return { verdict: "released", path, message: `waits no longer, and lies at ${path}` };
}

const refused = (message: string): Told => ({ verdict: "refused", path: null, message });
