import { lstat } from "node:fs/promises";
import type { Logger } from "pino";
import type { Folder } from "../document.ts";

/** Folders by whether they can be worked in. */
export interface Roots {
  readonly online: readonly Folder[];
  /** Names of those of which a root is missing. */
  readonly offline: readonly string[];
}

/** Looks which folders have all their roots. One that is missing is never made: a disk may not be mounted. */
export async function findRoots(folders: readonly Folder[], log: Logger): Promise<Roots> {
  const online: Folder[] = [];
  const offline: string[] = [];
  for (const folder of folders) {
    const missing = await missingRoot(folder);
    if (missing === null) online.push(folder);
    else {
      offline.push(folder.name);
      const error = { code: "FOLDER_MISSING", message: `${missing} doesn't exist` };
      log.error({ event: "folder.offline", folder: folder.name, error }, "folder offline");
    }
  }
  return { online, offline };
}

async function missingRoot({ inbox, archive, quarantine }: Folder): Promise<string | null> {
  for (const root of [inbox, archive, quarantine]) {
    if (!(await lstat(root).catch(() => null))) return root;
  }
  return null;
}
