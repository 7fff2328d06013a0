import { EventEmitter } from "node:events";
import { realpath } from "node:fs/promises";
import { basename, relative } from "node:path";
import { watch as watchFiles } from "chokidar";
import type { Folder } from "../../document.ts";
import { listUnspelt, type Spot, spotAt } from "../list.ts";
import { ownFolderOf } from "../own-folder.ts";
import { proves } from "./proof.ts";

/** Watches an inbox by the system's events, until it is disposed. */
export interface Watcher extends AsyncDisposable {
  /** What went wrong first; something in the inbox may not be watched since. Undefined where nothing did. */
  readonly trouble: () => unknown;
  /**
   * Whether it tells of a change, tried by touching autod's own folder in the inbox; null where that can't be
   * tried. Nothing is made, and nothing of a person's is touched.
   */
  readonly proves: () => Promise<boolean | null>;
}

export interface Ears {
  /** Told of every file that appears or changes. */
  readonly offer: (spot: Spot) => void;
  /** Told that something happened, whatever it was; `isOwn`: to the folder that is autod's own. */
  readonly heard: (isOwn: boolean) => void;
  /** Told what goes wrong. */
  readonly failed: (error: unknown) => void;
}

/** Begins to watch an inbox; resolves when whatever comes from now on is told. What lies there isn't. */
export async function watch({ inbox, recursive }: Folder, ears: Ears): Promise<Watcher> {
  let trouble: unknown;
  const failed = (error: unknown) => {
    trouble ??= error;
    ears.failed(error);
  };
  // Told to follow no links, chokidar doesn't follow one that is the inbox either.
  const top = await realpath(inbox).catch(() => inbox);
  const watcher = watchFiles(top, {
    backend: "auto",
    followSymlinks: false,
    ignoreInitial: true,
    // Else a file that takes the place of one that was just claimed would be taken for a change of it.
    atomic: false,
    ...(recursive ? {} : { depth: 0 }),
    ignored: (path) => isHidden(relative(top, path)),
  });
  const tell = (path: string) => ears.offer(spotAt(inbox, relative(top, path)));
  watcher.on("add", tell).on("change", tell);
  // Without a listener an error would end the process.
  watcher.on("error", failed);

  const unspelt = seeker((below) => listUnspelt(inbox, below), ears.offer, failed);
  const own = basename(ownFolderOf(inbox));
  const touches = new EventEmitter();
  // chokidar hands on what the system said, also of what it ignores and of names that are no UTF-8.
  watcher.on("raw", (_event, path, details) => {
    ears.heard(path === own);
    if (path !== null) touches.emit(path);
    if (!path?.includes("\ufffd")) return;
    const { watchedPath = top } = details as { readonly watchedPath?: string };
    const below = relative(top, watchedPath);
    if (!isHidden(below)) unspelt.seek(below);
  });
  // Not by events.once, which an error on the way would reject.
  await new Promise<void>((resolve) => {
    watcher.once("ready", () => resolve());
  });
  return {
    trouble: () => trouble,
    proves: () => proves(ownFolderOf(inbox), touches),
    async [Symbol.asyncDispose]() {
      await watcher.close();
      await unspelt.end();
    },
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
