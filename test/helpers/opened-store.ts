import type { ExecutionContext } from "ava";
import type { KeeperSettings } from "../../src/store/keeper.ts";
import { openStore, type Store } from "../../src/store/store.ts";

/** A store that is closed when its test is over. */
export async function openedStore(
  t: ExecutionContext,
  folder: string,
  settings?: KeeperSettings,
): Promise<Store> {
  const store = await openStore(folder, settings);
  t.teardown(() => store[Symbol.asyncDispose]());
  return store;
}
