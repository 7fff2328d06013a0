import { openDaemon, type Summary } from "../../src/daemon.ts";
import type { Sandbox } from "../../src/sandbox/sandbox.ts";
import { type Home, makeHome } from "./home.ts";

/** A home whose documents are read by a sandbox. */
export const homeAt = (
  { url }: { readonly url: string },
  settings: Readonly<Record<string, unknown>> = {},
  folder: Readonly<Record<string, unknown>> = {},
): Promise<Home> => makeHome({ openai: { baseUrl: url }, ...settings }, folder);

/** What `autod run --once` does, in this process. */
export async function runOnce(
  home: Home,
  { key }: Pick<Sandbox, "key">,
): Promise<Summary["tally"]> {
  await using daemon = await openDaemon(home.config, { keys: new Map([["openai", key]]) });
  const { tally } = await daemon.once();
  return tally;
}
