import { findKey } from "../config/key.ts";
import type { Config } from "../config/schema.ts";
import { requireUnexposed } from "../config/unencrypted.ts";

/** The keys of the servers that these profiles name; nobody needs one for the others. Throws as `findKey`. */
export async function keysFor(
  { profiles, servers }: Pick<Config, "profiles" | "servers">,
  names: Iterable<string>,
  env: NodeJS.ProcessEnv,
): Promise<ReadonlyMap<string, string>> {
  const asked = new Set([...names].map((name) => profiles[name]?.server ?? "openai"));
  const keys = [...asked].map(
    async (name) => [name, await findKey({ name, ...servers[name] }, { env })] as const,
  );
  const found = new Map(await Promise.all(keys));
  await requireUnexposed(found, servers, { env });
  return found;
}
