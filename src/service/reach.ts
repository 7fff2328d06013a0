import { dirname, sep } from "node:path";
import type { Folder } from "../document.ts";

/**
 * The folders that a confined autod must be let write to: few, for between two of them a rename is a copy, but none
 * that holds much else.
 *
 * The roots of each watched folder are reached by the one that is around all of them, where that isn't one that
 * others share (`/srv`, a home); else each by itself.
 */
export function reachOf({ folders, dataDir, logs }: Places): string[] {
  const rooms = folders.flatMap((one) => {
    const roots = rootsIn([one]);
    const around = roots.reduce(commonParent);
    return isShared(around) ? roots : [around];
  });
  const all = [...new Set([...rooms, dataDir, logs.dir])].toSorted();
  return all.filter((path) => !all.some((other) => isWithin(path, other) && path !== other));
}

type Roots = Pick<Folder, "inbox" | "archive" | "quarantine">;

/** The inboxes, archives and quarantines of folders. */
export const rootsIn = (folders: readonly Roots[]): string[] =>
  folders.flatMap(({ inbox, archive, quarantine }) => [inbox, archive, quarantine]);

/** What of a configuration is written to. */
interface Places {
  readonly folders: readonly Roots[];
  readonly dataDir: string;
  readonly logs: { readonly dir: string };
}

/** Whether a path is a folder, or lies below it. */
export const isWithin = (path: string, folder: string): boolean =>
  path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep);

/** Whether a path lies where ProtectHome= hides everything. */
export const isHomely = (path: string): boolean =>
  ["/home", "/root", "/run/user"].some((folder) => isWithin(path, folder));

function commonParent(one: string, other: string): string {
  return isWithin(other, one) ? one : commonParent(dirname(one), other);
}

const isShared = (path: string): boolean =>
  /^\/[^/]*$/.test(path) || /^\/(?:home|var|usr|etc|run|media)\/[^/]+$/.test(path);
