import { openCatalogue } from "../catalogue/catalogue.ts";
import type { Config } from "../config/schema.ts";
import type { Decided, Deciding } from "../intake/deeds/decide.ts";
import { openRoots } from "../intake/roots.ts";
import type { Log } from "../log.ts";
import { prepareProfiles, profileNamed } from "../openai/profile.ts";
import type { DocumentRecord } from "../store/record.ts";
import { openStore, type Store } from "../store/store.ts";
import { holdStore } from "./hold.ts";

/** Where a person decides about documents: the store is held, and what is done is logged. */
export interface Desk extends AsyncDisposable {
  readonly store: Store;
  readonly deciding: Deciding;
  readonly instance: string;
  /** Tells the log what a person did. */
  readonly tell: (event: DeedEvent, record: DocumentRecord, done: Done) => void;
}

type DeedEvent = `document.${"edited" | "archived" | "quarantined" | "rerun" | "undone"}`;
type Done = Pick<Decided, "from" | "path">;

/** Throws STORE_LOCKED, with what can be done, while autod is running. */
export async function openDesk(config: Config, deed: string): Promise<Desk> {
  const { openLog } = await import("../log.ts");
  await using opening = new AsyncDisposableStack();
  const held = opening.use(
    await holdStore(config.dataDir, `Stop it, ${deed}, and start it again.`),
  );
  const store = opening.use(await openStore(held.path));
  const log: Log = opening.use(await openLog(config.logs));
  const profiles = prepareProfiles(config.profiles);
  const { twinsOf } = openCatalogue(store, (key) => profiles.get(key)?.settings.server);
  const deciding = {
    store,
    roots: openRoots(config, { remembers: true }),
    profileOf: (key: string) => profileNamed(profiles, key),
    twinsOf,
  };
  const stack = opening.move();
  return {
    store,
    deciding,
    instance: held.instance,
    tell(event, { folder, id, sha256 }, { from, path }) {
      log.logger.info({ event, folder, path, id, sha256, from }, event.replace(".", " "));
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}
