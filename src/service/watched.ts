import { setTimeout } from "node:timers/promises";
import type { Config } from "../config/schema.ts";
import type { Folder } from "../document.ts";
import { fault, type Finding, warning } from "../intake/finding.ts";
import { checkFolder } from "../intake/noticing/check-folder.ts";
import { askWatching } from "../intake/noticing/watching.ts";
import { openRoots } from "../intake/roots.ts";
import { readInstance } from "../store/data-dir.ts";
import { protectedHint } from "./protected.ts";
import type { Supervisor } from "./supervisor.ts";

/**
 * How the autod that was just started says that it watches each folder; of one that it doesn't watch, what is the
 * matter. Waits so many milliseconds at most until it watches any.
 */
export async function checkWatched(
  { folders, dataDir, socket }: Pick<Config, "folders" | "dataDir" | "socket">,
  supervisor: Supervisor,
  node: string,
  patience: number,
): Promise<Finding[]> {
  const { kind, standing } = supervisor;
  // systemd was told when it was ready; of launchd nobody can know but by asking.
  const end = performance.now() + (kind === "launchd" ? patience : 0);
  let watchingOf = await askWatching(socket);
  const isWatching = () => folders.some(({ name }) => watchingOf(name) !== null);
  while (!isWatching() && performance.now() < end) {
    if ((await standing()).active !== "active") break;
    await setTimeout(500);
    watchingOf = await askWatching(socket);
  }
  const roots = openRoots({ dataDir, folders }, { remembers: false });
  const instance = await readInstance(dataDir);
  const found = folders.map(async (folder) => {
    const watching = watchingOf(folder.name);
    const seen = await checkFolder(folder, { roots, instance, watching });
    const isFault = seen.some(({ state }) => state === "fault");
    return watching !== null || isFault ? seen : [unwatched(folder, supervisor, node)];
  });
  return (await Promise.all(found)).flat();
}

/** Of a folder with which nothing is the matter for who installs it. */
function unwatched(
  folder: Folder,
  { kind, isSystem }: Pick<Supervisor, "kind" | "isSystem">,
  node: string,
): Finding {
  const about = `folder ${folder.name}`;
  const hint = kind === "launchd" ? protectedHint(folder, node) : null;
  if (hint !== null) return fault(about, "macOS doesn't let autod into it", hint);
  const flag = isSystem ? " --system" : "";
  const logs = `autod service logs${flag} shows what keeps it from that.`;
  return warning(about, "autod doesn't say that it watches it", logs);
}
