import { openDaemon, type Summary } from "../../src/daemon.ts";
import type { Sandbox } from "../../src/sandbox/sandbox.ts";
import { type Home, makeHome } from "./home.ts";

/** A home whose documents are read by a sandbox. */
export const homeAt = (
  { url }: { readonly url: string },
  settings: Readonly<Record<string, unknown>> = {},
  folder: Readonly<Record<string, unknown>> = {},
): Promise<Home> => makeHome({ openai: { baseUrl: url }, ...settings }, folder);

/** What `autod run --once` does, in this process; what has to wait, waits until the next run. */
export async function runOnce(
  home: Home,
  { key }: Pick<Sandbox, "key">,
): Promise<Summary["tally"]> {
  const waits = { first: 0, longest: 0 };
  await using daemon = await openDaemon(home.config, { keys: new Map([["openai", key]]), waits });
  const { tally } = await daemon.once();
  return tally;
}
