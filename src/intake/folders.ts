import { lstat, rmdir } from "node:fs/promises";
import { join } from "node:path";
import type { Logger } from "pino";
import type { Folder } from "../document.ts";
import { AutodError } from "../errors.ts";
import { loggable } from "../log.ts";
import { listInbox, type Spot } from "./list.ts";
import { occupy, vacate } from "./occupy.ts";
import { ownFolderOf } from "./own-folder.ts";
import type { Roots } from "./roots.ts";
import { watch } from "./watch.ts";

/** The watched folders, each worked in only while it is all there and nobody else's. */
export interface Folders extends AsyncDisposable {
  /** Looks at each folder, and offers all that lies in those that can be worked in. */
  readonly visit: () => Promise<void>;
  /** The same, and from then on what comes into them is offered as it comes. */
  readonly watch: () => Promise<void>;
  readonly online: () => readonly Folder[];
  /** Names of those that can't be worked in. */
  readonly offline: () => readonly string[];
}

export interface FoldersSettings {
  readonly roots: Pick<Roots, "folders" | "of" | "require">;
  readonly instance: string;
  readonly offer: (folder: Folder, spot: Spot) => void;
  /** Told of each folder that has just come to be worked in. */
  readonly onOnline: (folder: Folder) => Promise<void>;
  /** Told which paths lie in a folder, after it was listed. */
  readonly onListed: (folder: Folder, there: ReadonlySet<string>) => void;
  readonly log: Logger;
}

export function openFolders(settings: FoldersSettings): Folders {
  const { roots, instance, offer, onOnline, onListed, log } = settings;
  const { folders } = roots;
  const states = new Map<Folder, Online | Offline>();
  let isWatching = false;

  const visitOne = async (folder: Folder) => {
    const before = states.get(folder);
    try {
      await require(folder, roots, instance);
      const identity = await identify(folder);
      if (before?.is !== "online") {
        states.set(folder, { is: "online", identity, watcher: null });
        if (before) log.info({ event: "folder.online", folder: folder.name }, "folder online");
        await onOnline(folder);
      }
      await watchOne(folder, identity);
      await list(folder);
    } catch (error) {
      await giveUp(folder, error);
    }
  };

  /** A folder that was made anew under the same name is another one, which nobody watches yet. */
  const watchOne = async (folder: Folder, identity: string) => {
    const state = states.get(folder);
    if (!isWatching || state?.is !== "online") return;
    if (state.watcher && state.identity === identity) return;
    await state.watcher?.[Symbol.asyncDispose]();
    const watcher = await watch(folder, (spot) => offer(folder, spot), log);
    states.set(folder, { is: "online", identity, watcher });
  };

  const list = async (folder: Folder) => {
    const there = new Set<string>();
    for await (const spot of listInbox(folder.inbox)) {
      there.add(join(folder.inbox, spot.relative));
      offer(folder, spot);
    }
    onListed(folder, there);
  };

  /** Nothing is taken there until a later visit finds it well; the other folders go on. */
  const giveUp = async (folder: Folder, error: unknown) => {
    const before = states.get(folder);
    if (before?.is === "online") await before.watcher?.[Symbol.asyncDispose]();
    const { code, message } = loggable(error);
    // When another was seen there last changes all the time.
    const reason = code === "FOLDER_HELD" ? code : message;
    states.set(folder, { is: "offline", reason });
    if (before?.is === "offline" && before.reason === reason) return;
    const fields = { event: "folder.offline", folder: folder.name, error: { code, message } };
    log.error(fields, "folder offline");
  };

  const visit = async () => {
    for (const folder of folders) await visitOne(folder);
  };
  const having = (is: "online" | "offline") =>
    folders.filter((folder) => states.get(folder)?.is === is);

  return {
    visit,
    watch: async () => {
      isWatching = true;
      await visit();
    },
    online: () => having("online"),
    offline: () => having("offline").map(({ name }) => name),
    async [Symbol.asyncDispose]() {
      for (const [folder, state] of states) {
        if (state.is === "online") await state.watcher?.[Symbol.asyncDispose]();
        await vacate(folder.inbox, instance).catch((error: unknown) => {
          log.warn({ folder: folder.name, error: loggable(error) }, "folder not given up");
        });
      }
      states.clear();
    },
  };
}

interface Online {
  readonly is: "online";
  /** Which folder it was that is watched: its device and inode. */
  readonly identity: string;
  readonly watcher: AsyncDisposable | null;
}

interface Offline {
  readonly is: "offline";
  /** What was logged of it. */
  readonly reason: string;
}

/** Throws why a folder can't be worked in. */
async function require(
  folder: Folder,
  roots: Pick<Roots, "of" | "require">,
  instance: string,
): Promise<void> {
  const { inbox } = folder;
  const away = await roots.of(folder);
  if (away) throw away.error;
  await roots.require(inbox);
  const occupant = await occupy(inbox, instance);
  await roots.require(inbox).catch(async (error: unknown) => {
    // Its disk was unmounted at that moment: what was made in its place goes again.
    await vacate(inbox, instance);
    await rmdir(ownFolderOf(inbox)).catch(() => undefined);
    throw error;
  });
  if (occupant) {
    const { host, refreshedAt } = occupant;
    const message = `another autod on ${host} works in ${inbox} (seen at ${refreshedAt})`;
    throw new AutodError("FOLDER_HELD", message);
  }
}

async function identify({ inbox }: Folder): Promise<string> {
  const { dev, ino } = await lstat(inbox, { bigint: true });
  return `${dev} ${ino}`;
}
