import { setTimeout } from "node:timers/promises";
import type { Folder } from "../../document.ts";
import { openBursts } from "./bursts.ts";
import type { Roots } from "../roots.ts";
import { openWatched, type Watched, type WatchedSettings } from "./watched.ts";
import type { Watching } from "./watching.ts";

/** The watched folders. */
export interface Folders extends AsyncDisposable {
  /** Looks at each folder, and offers what lies in those that can be worked in. */
  readonly visit: () => Promise<void>;
  /** The same, and from then on what comes into them is offered as it comes. */
  readonly watch: () => Promise<void>;
  /** A visit that a disk which doesn't answer holds up for a minute at most; it goes on once that answers. */
  readonly rescan: () => Promise<void>;
  /** Lists a folder of which not all could be offered. */
  readonly listMore: (folder: Folder) => Promise<void>;
  readonly online: () => readonly Folder[];
  /** Names of those that can't be worked in. */
  readonly offline: () => readonly string[];
  /** How a folder is watched; null where it isn't. */
  readonly watching: (name: string) => Watching | null;
}

export interface FoldersSettings extends Omit<WatchedSettings, "onEvent" | "roots"> {
  readonly roots: WatchedSettings["roots"] & Pick<Roots, "folders">;
}

export function openFolders(settings: FoldersSettings): Folders {
  const all = settings.roots.folders.map((folder) =>
    openWatched(folder, { ...settings, onEvent: () => bursts.count() }),
  );
  const ending = new AbortController();
  let checking: readonly Promise<void>[] = [];
  let listing = Promise.resolve();
  let isDue = false;

  const listAll = async () => {
    isDue = false;
    for (const one of all) await one.list();
  };
  // The system keeps the events of all folders together, and drops them together.
  const bursts = openBursts({
    onMany() {
      for (const one of all) one.doubt();
    },
    onFlood() {
      if (isDue) return;
      isDue = true;
      listing = listing.then(listAll);
    },
  });

  // Each by itself, for a disk that doesn't answer must not keep the others.
  const visit = async () => void (await Promise.all(all.map((one) => one.visit())));
  const rescan = () => Promise.race([visit(), setTimeout(LONG, undefined, { ref: false })]);

  /** A folder that goes, comes back or is made anew doesn't tell of it. */
  const checkOften = async (one: Watched) => {
    for (;;) {
      await setTimeout(OFTEN, undefined, { signal: ending.signal, ref: false });
      await one.check();
    }
  };

  return {
    visit,
    rescan,
    async watch() {
      for (const one of all) one.begin();
      await rescan();
      checking = all.map((one) => checkOften(one).catch(() => undefined));
    },
    async listMore(folder) {
      await all.find((one) => one.folder === folder)?.list();
    },
    online: () => all.filter((one) => one.isOnline()).map(({ folder }) => folder),
    offline: () => all.filter((one) => one.isOffline()).map(({ folder }) => folder.name),
    watching: (name) => all.find(({ folder }) => folder.name === name)?.watching() ?? null,
    async [Symbol.asyncDispose]() {
      ending.abort();
      await Promise.all([...checking, listing]);
      for (const one of all) await one[Symbol.asyncDispose]();
    },
  };
}

/** Milliseconds that the other folders wait for one at most. */
const LONG = 60_000;
/** Milliseconds between two looks whether a folder is still the same: one stat each. */
const OFTEN = 5_000;
