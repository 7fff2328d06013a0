import { relative } from "node:path";
import { watch as watchFiles } from "chokidar";
import type { Logger } from "pino";
import type { Folder } from "../document.ts";
import { loggable } from "../log.ts";

/** Tells of every file that appears or changes in an inbox, and of those that lie there now. */
export async function watch(
  folder: Folder,
  offer: (relative: string) => void,
  log: Logger,
): Promise<AsyncDisposable> {
  const watcher = watchFiles(folder.inbox, {
    followSymlinks: false,
    // Else a file that takes the place of one that was just claimed would be taken for a change of it.
    atomic: false,
    ...(folder.recursive ? {} : { depth: 0 }),
    ignored: (path) =>
      relative(folder.inbox, path)
        .split("/")
        .some((part) => part.startsWith(".")),
  });
  const tell = (path: string) => offer(relative(folder.inbox, path));
  watcher.on("add", tell).on("change", tell);
  // Without a listener an error would end the process.
  watcher.on("error", (error) => {
    log.error({ folder: folder.name, error: loggable(error) }, "watching failed");
  });
  // Not by events.once, which an error on the way would reject.
  await new Promise<void>((resolve) => {
    watcher.once("ready", () => resolve());
  });
  log.info({ event: "folder.watching", folder: folder.name, path: folder.inbox }, "folder watched");
  return { [Symbol.asyncDispose]: () => watcher.close() };
}
