import type { BigIntStats } from "node:fs";
import { realpath, stat } from "node:fs/promises";
import { dirname } from "node:path";
import type { Logger } from "pino";
import type { Config } from "../config/schema.ts";
import type { Folder } from "../document.ts";
import { AutodError, isErrno } from "../errors.ts";
import type { Footing } from "../filing/folder.ts";
import { sweepParts } from "../filing/sweep.ts";
import { exists, isRefusal } from "../filing/trouble.ts";
import { loggable } from "../log.ts";
import { type DocumentRecord, standsAt } from "../store/record.ts";
import { isBelow, mountPoint } from "./mount.ts";
import { mountsIn, openMounts } from "./mounts.ts";

/** A root in which nothing may be made, written or concluded now. */
export interface Offline {
  readonly root: string;
  /** What there is to say of it, after its path. */
  readonly why: string;
  /** The same, to be thrown. */
  readonly error: AutodError;
}

/** The inboxes, archives and quarantines, and whether each of them is there, on the disk that it lay on before. */
export interface Roots extends Footing {
  readonly folders: readonly Folder[];
  /** Why a root is offline; null where it is not. */
  readonly at: (root: string) => Promise<Offline | null>;
  /** The first root of a folder that is offline. */
  readonly of: (folder: Folder) => Promise<Offline | null>;
  /** The root above a path that is offline: what isn't seen there is not gone. */
  readonly above: (path: string) => Promise<Offline | null>;
  /** The root in which a document's file may stand without being seen. */
  readonly hiding: (record: DocumentRecord) => Promise<Offline | null>;
}

/**
 * Looks at the roots each time it is asked; none is ever made, for a disk may not be mounted.
 *
 * Where a root's mount point is a folder further up than it was, what is seen is the empty mount point. One that
 * is further down now, or elsewhere because the root is a link that was changed, is as the person wants it. With
 * `remembers` that is kept: only who holds the dataDir may.
 */
export function openRoots(
  { dataDir, folders }: Pick<Config, "dataDir" | "folders">,
  { remembers }: { readonly remembers: boolean },
  lookAt: LookAt = (path) => stat(path, { bigint: true }),
): Roots {
  const configured = new Set(folders.flatMap(rootsOf));
  const mounts = openMounts(dataDir);
  const deviceOf = async (path: string) => (await lookAt(path)).dev;
  /** The folder that each root was when it was last well, and where its disk was mounted. */
  const well = new Map<string, { readonly identity: string; readonly mount: string }>();

  const at = async (root: string) => {
    let before;
    try {
      before = (await mounts.all()).get(root);
    } catch (error) {
      if (!(error instanceof AutodError)) throw error;
      return { root, why: `may be an empty mount point: ${error.message}`, error };
    }
    // Last, for what is done next counts on it.
    const identity = await identityOf(root, lookAt);
    const last = well.get(root);
    // On the same device it is as before: whatever is mounted or unmounted above a folder gives it another one.
    if (identity !== null && last?.identity === identity && last.mount === before) return null;
    const real = await realFolder(root);
    if (typeof real === "object") return offline(root, real.why);
    const mount = await mountPoint(real, deviceOf);
    if (before !== undefined && isBelow(before, mount)) return unmounted(root, before);
    if (before !== mount && remembers) await mounts.remember(root, mount);
    if (identity !== null) well.set(root, { identity, mount });
    return null;
  };

  const unmounted = (root: string, before: string) =>
    offline(
      root,
      `is on no disk of its own any more, as it was (mounted at ${before})`,
      `Mount it again; or, if the folder was moved on purpose, remove its line from ${mountsIn(dataDir)}.`,
    );

  const of = (folder: Folder) => firstOf(rootsOf(folder), at);

  const above = async (path: string) => {
    const holds = (root: string) => isBelow(path, root);
    const away = await firstOf([...configured].filter(holds), at);
    if (away) return away;
    // A folder may have left the configuration, and its documents stand there still: but if it is gone from
    // the disk that it lay on, somebody moved it.
    const others = [...(await mounts.all())].filter(
      ([root]) => !configured.has(root) && holds(root),
    );
    return await firstOf(others, async ([root, before]) => {
      const mount = await mountPoint(await nearestReal(root), deviceOf);
      return isBelow(before, mount) ? unmounted(root, before) : null;
    });
  };

  return {
    folders,
    at,
    of,
    above,
    async hiding(record) {
      const place = standsAt(record);
      const away = place === null ? null : await above(place);
      if (away || !(await isOnItsWay(record))) return away;
      const folder = folders.find(({ name }) => name === record.folder);
      return folder ? await of(folder) : null;
    },
    durable: new Set(),
    async require(root) {
      const away = await at(root);
      if (away) throw away.error;
    },
  };
}

/** What is there to be told of a path, links followed. */
type LookAt = (path: string) => Promise<Pick<BigIntStats, "dev" | "ino">>;

/** Which folder stands at a path; null where that can't be told, and it has to be looked at closely. */
async function identityOf(path: string, lookAt: LookAt): Promise<string | null> {
  try {
    const { dev, ino } = await lookAt(path);
    return `${dev} ${ino}`;
  } catch (error) {
    if (isRefusal(error)) return null;
    throw error;
  }
}

const rootsOf = ({ inbox, archive, quarantine }: Folder): readonly string[] => [
  inbox,
  archive,
  quarantine,
];

const offline = (root: string, why: string, hint?: string): Offline => ({
  root,
  why,
  error: new AutodError("FOLDER_MISSING", `${root} ${why}`, hint === undefined ? {} : { hint }),
});

/** The real path of a folder, or why there is none. A link that leads nowhere is as good as missing. */
async function realFolder(path: string): Promise<string | { readonly why: string }> {
  try {
    const real = await realpath(path);
    return (await stat(real)).isDirectory() ? real : { why: "is no folder" };
  } catch (error) {
    if (isErrno(error, "ENOENT", "ENOTDIR")) return { why: "doesn't exist" };
    // A share whose server is away may say anything.
    if (isRefusal(error)) return { why: `can't be read (${error.code})` };
    throw error;
  }
}

async function firstOf<One>(
  all: readonly One[],
  look: (one: One) => Promise<Offline | null>,
): Promise<Offline | null> {
  const found = await Promise.all(all.map(look));
  return found.find((away) => away !== null) ?? null;
}

/** The real path of the nearest folder, of a path and those above it, that is there. */
async function nearestReal(path: string): Promise<string> {
  const real = await realFolder(path);
  return typeof real === "string" ? real : await nearestReal(dirname(path));
}

/** Whether a document may have been moved already to where its record doesn't say yet that it is. */
async function isOnItsWay({ status, filedAs, work }: DocumentRecord): Promise<boolean> {
  if (status === "waiting" || status === "undone") {
    if (filedAs !== null) return true;
  }
  return work?.step === "file" && !(await exists(work.staged));
}

/** A copy that nobody wrote to for so long (milliseconds) is under way no more, by whomever it was made. */
const ABANDONED = 3_600_000;

/** Removes the copies that a crash left in archives and quarantines; what can't be looked through is logged. */
export async function sweepRoots(
  folders: readonly Folder[],
  roots: Pick<Roots, "require" | "durable">,
  log: Logger,
  abandoned = ABANDONED,
): Promise<void> {
  const swept = new Set(folders.flatMap(({ archive, quarantine }) => [archive, quarantine]));
  for (const root of swept) {
    try {
      await roots.require(root);
      const removed = await sweepParts(root, abandoned);
      log[removed > 0 ? "info" : "debug"]({ path: root, removed }, "left-over copies removed");
    } catch (error) {
      log.warn({ path: root, error: loggable(error) }, "left-over copies not looked for");
    }
  }
}
