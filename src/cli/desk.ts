import { openCatalogue } from "../catalogue/catalogue.ts";
import type { Config } from "../config/schema.ts";
import { type Deeds, type Desk, openDesk } from "../desk/desk.ts";
import { type Orders, orders, type Outcomes } from "../desk/orders.ts";
import { openRoots } from "../intake/roots.ts";
import { openTurnstile } from "../intake/turnstile.ts";
import { prepareProfiles, profileNamed } from "../openai/profile.ts";
import { order } from "../socket/ask.ts";
import { openHolds } from "../store/holds.ts";
import { openStore } from "../store/store.ts";
import type { Cli } from "./command.ts";
import { holdStore } from "./hold.ts";

/**
 * Has something done with documents: by the autod that is running, else here. Throws STORE_LOCKED where neither can be,
 * and what is wrong with the order.
 */
export async function carryOut<Name extends keyof Orders>(
  name: Name,
  wanted: Orders[Name],
  config: Config,
  { signal }: Pick<Cli, "signal">,
): Promise<Outcomes[Name]> {
  const { outcome: shape } = orders[name];
  const asked = { path: `/v1/${name}`, body: wanted, shape, signal };
  const told = await order<unknown>(config.socket, asked);
  if (told !== null) return told as Outcomes[Name];
  await using own = await openOwnDesk(config);
  const deeds: Deeds = own;
  return await deeds[name](wanted, signal);
}

/** The same desk where no autod is running: the store is held, and what is done is logged. Throws STORE_LOCKED. */
export async function openOwnDesk(config: Config): Promise<Desk & AsyncDisposable> {
  const { openLog } = await import("../log.ts");
  await using opening = new AsyncDisposableStack();
  const { path, instance } = opening.use(await holdStore(config.dataDir));
  const store = opening.use(await openStore(path));
  const { logger: log } = opening.use(await openLog(config.logs));
  const profiles = prepareProfiles(config.profiles);
  const { twinsOf } = openCatalogue(store, (key) => profiles.get(key)?.settings.server);
  const deciding = {
    store,
    roots: openRoots(config, { remembers: true }),
    profileOf: (key: string) => profileNamed(profiles, key),
    twinsOf,
  };
  const desk = openDesk({
    store,
    instance,
    holds: openHolds(),
    turnstile: openTurnstile(),
    deciding: () => deciding,
    // The next autod run begins with what the store says.
    heed: () => undefined,
    nextSeq: store.nextSeq,
    book: () => undefined,
    log,
  });
  const stack = opening.move();
  return { ...desk, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}
