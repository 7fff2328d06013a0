import { lstat } from "node:fs/promises";
import type { Logger } from "pino";
import type { Folder } from "../document.ts";
import { sweepParts } from "../filing/sweep.ts";
import { loggable } from "../log.ts";

/** The first root of a folder that isn't there, if one is missing. None is ever made: a disk may not be mounted. */
export async function missingRoot({ inbox, archive, quarantine }: Folder): Promise<string | null> {
  for (const root of [inbox, archive, quarantine]) {
    if (!(await lstat(root).catch(() => null))) return root;
  }
  return null;
}

/** A copy that nobody wrote to for so long (milliseconds) is under way no more, by whomever it was made. */
const ABANDONED = 3_600_000;

/** Removes the copies that a crash left in archives and quarantines; what can't be looked through is logged. */
export async function sweepRoots(
  folders: readonly Folder[],
  log: Logger,
  abandoned = ABANDONED,
): Promise<void> {
  const roots = new Set(folders.flatMap(({ archive, quarantine }) => [archive, quarantine]));
  for (const root of roots) {
    try {
      const removed = await sweepParts(root, abandoned);
      log[removed > 0 ? "info" : "debug"]({ path: root, removed }, "left-over copies removed");
    } catch (error) {
      log.warn({ path: root, error: loggable(error) }, "left-over copies not looked for");
    }
  }
}
