import { lstat } from "node:fs/promises";
import { basename, dirname, relative, sep } from "node:path";
import { z } from "zod";
import type { Folder } from "../document.ts";
import { AutodError, isErrno } from "../errors.ts";
import { moveFile } from "../filing/move.ts";
import { release as removeReason } from "../filing/quarantine.ts";
import { exists, isRefusal } from "../filing/trouble.ts";
import { fingerprintAt } from "../fingerprint.ts";
import { type DocumentRecord, standsAt } from "../store/record.ts";
import type { Store } from "../store/store.ts";
import { judgeName } from "./judge.ts";
import { parkedAt } from "./parked.ts";

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

/**
 * Takes a document out of quarantine, waiting or undone back to work, or says why that can't be.
 *
 * Killed at any instant and called again, it goes on where it was. Other bytes that stand in quarantine under
 * the document's name are a new one: they go to the inbox, and the record stays.
 */
export async function releaseDocument(
  record: DocumentRecord,
  folders: readonly Folder[],
  store: Records,
): Promise<Release> {
  return { id: record.id, ...(await releaseOrRefuse(record, folders, store)) };
}

async function releaseOrRefuse(
  record: DocumentRecord,
  folders: readonly Folder[],
  store: Records,
): Promise<Told> {
  if (record.status === "processing") return refused("it is in work, and autod run carries it on");
  if (record.status === "archived" || record.status === "review") {
    return refused(`it was read, and stands at ${record.filedAs}`);
  }
  const folder = folders.find(({ name }) => name === record.folder);
  if (!folder) return refused(`its folder ${record.folder} is no longer in the configuration`);
  try {
    const { status, filedAs } = record;
    const isQuarantined = status === "quarantined" || (status === "waiting" && filedAs !== null);
    return isQuarantined
      ? await leaveQuarantine(record, filedAs, folder, store)
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
  folder: Folder,
  store: Records,
): Promise<Told> {
  const { sha256, status } = record;
  if (from === null) return refused("nothing says where its file stands");
  for (const place of [dirname(from), folder.inbox]) {
    // A disk that isn't mounted is no reason to change anything.
    if (!(await exists(place))) return refused(`the folder ${place} is missing`);
  }
  const found = await sha256At(from);
  if (found === null && status === "quarantined") {
    return refused(`its file is gone from ${from}; save it again if it is still wanted`);
  }
  if (found !== null && found !== sha256) return await replaced(record, from, found, folder, store);
  const since = new Date().toISOString();
  const waiting = { reason: "retry", retryAt: since, since, parked: null } as const;
  if (status === "quarantined") await store.update(sha256, { status: "waiting", waiting });
  const to = await moveFile({ from, sha256, ...wayBack(record, folder) });
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
  folder: Folder,
  store: Records,
): Promise<Told> {
  const other = store.find(sha256);
  if (other) return refused(`in its place stands document ${other.id}`);
  const path = await moveFile({ from, sha256, ...wayBack(record, folder) });
  await removeReason(from);
  const message = `is gone; other bytes stood in its place, and went to the inbox as ${path}`;
  return { verdict: "replaced", path, message };
}

/** Where it came from, if that lies below the inbox and would be taken there; else the inbox itself. */
function wayBack({ id, source }: DocumentRecord, { inbox, recursive }: Folder) {
  // A path that leads outside begins with "..", which is refused as hidden.
  const below = relative(inbox, source.path);
  const path = judgeName(below, recursive) === null ? below : source.name;
  const inside = dirname(path);
  const folders = inside === "." ? [] : inside.split(sep);
  return { id, root: inbox, folders, name: basename(path) };
}

/** Lets a document be taken up now, from where its file waits. */
async function endWait(record: DocumentRecord, store: Records): Promise<Told> {
  const path = standsAt(record) ?? record.source.path;
  if (!(await isFile(path, record.bytes))) {
    return refused(`its file is gone from ${path}; save it again if it is still wanted`);
  }
  const since = new Date().toISOString();
  // What has work open stands in staging.
  const parked = record.waiting?.parked ?? (record.work ? null : await parkedAt(path));
  const waiting = { reason: "retry", retryAt: since, since, parked } as const;
  await store.update(record.sha256, { status: "waiting", waiting });
  return { verdict: "released", path, message: `waits no longer, and lies at ${path}` };
}

const refused = (message: string): Told => ({ verdict: "refused", path: null, message });

async function sha256At(path: string): Promise<string | null> {
  try {
    return (await fingerprintAt(path)).sha256;
  } catch (error) {
    if (isErrno(error, "ENOENT", "ENOTDIR")) return null;
    throw error;
  }
}

async function isFile(path: string, bytes: number): Promise<boolean> {
  try {
    const stats = await lstat(path);
    return stats.isFile() && stats.size === bytes;
  } catch (error) {
    if (isErrno(error, "ENOENT", "ENOTDIR")) return false;
    throw error;
  }
}
