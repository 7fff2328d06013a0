import { realpath } from "node:fs/promises";
import { relative } from "node:path";
import { watch as watchFiles } from "chokidar";
import type { Logger } from "pino";
import type { Folder } from "../document.ts";
import { isErrno } from "../errors.ts";
import { loggable } from "../log.ts";
import { isUnspelt, listInbox, listUnspelt, type Spot, spotAt } from "./list.ts";

/** Tells of every file that appears or changes in an inbox, and of those that lie there now. */
export async function watch(
  folder: Folder,
  offer: (spot: Spot) => void,
  log: Logger,
): Promise<AsyncDisposable> {
  const { inbox, name, recursive } = folder;
  const failed = reporter(folder, log);
  // Told to follow no links, chokidar doesn't follow one that is the inbox either.
  const top = await realpath(inbox).catch(() => inbox);
  const watcher = watchFiles(top, {
    followSymlinks: false,
    // Else a file that takes the place of one that was just claimed would be taken for a change of it.
    atomic: false,
    ...(recursive ? {} : { depth: 0 }),
    ignored: (path) => isHidden(relative(top, path)),
  });
  const tell = (path: string) => offer(spotAt(inbox, relative(top, path)));
  watcher.on("add", tell).on("change", tell);
  // Without a listener an error would end the process.
  watcher.on("error", failed);

  const unspelt = seeker((below) => listUnspelt(inbox, below), offer, failed);
  // chokidar passes names that are no UTF-8 over, but hands on what the system said of them.
  watcher.on("raw", (_event, path, details) => {
    if (!path?.includes("\ufffd")) return;
    const { watchedPath = top } = details as { readonly watchedPath?: string };
    const below = relative(top, watchedPath);
    if (!isHidden(below)) unspelt.seek(below);
  });
  // Not by events.once, which an error on the way would reject.
  await new Promise<void>((resolve) => {
    watcher.once("ready", () => resolve());
  });
  try {
    for await (const spot of listInbox(inbox)) if (isUnspelt(spot)) offer(spot);
  } catch (error) {
    failed(error);
  }
  log.info({ event: "folder.watching", folder: name, path: inbox }, "folder watched");
  return {
    async [Symbol.asyncDispose]() {
      await watcher.close();
      await unspelt.end();
    },
  };
}

/** Logs each trouble once: one full table of watches would else be told of for every folder. */
function reporter({ name }: Folder, log: Logger): (error: unknown) => void {
  const told = new Set<string>();
  return (error) => {
    const { code, message } = loggable(error);
    const key = isErrno(error, "ENOSPC", "EMFILE", "ENFILE") ? code : message;
    if (told.has(key)) return;
    told.add(key);
    log.error({ folder: name, error: { code, message } }, "watching failed");
  };
}

const isHidden = (below: string): boolean => below.split("/").some((part) => part.startsWith("."));

/** Looks through one folder after the other; one that is named again meanwhile is looked through again. */
function seeker(
  list: (below: string) => AsyncIterable<Spot>,
  offer: (spot: Spot) => void,
  failed: (error: unknown) => void,
) {
  const due = new Set<string>();
  let seeking: Promise<void> | null = null;
  let ended = false;

  const seekAll = async () => {
    for (const below of due) {
      due.delete(below);
      try {
        for await (const spot of list(below)) if (!ended) offer(spot);
      } catch (error) {
        failed(error);
      }
    }
    seeking = null;
  };

  return {
    seek(below: string) {
      due.add(below);
      seeking ??= seekAll();
    },
    async end() {
      ended = true;
      due.clear();
      await seeking;
    },
  };
}
