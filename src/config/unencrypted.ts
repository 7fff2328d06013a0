import { realpath } from "node:fs/promises";
import { AutodError } from "../errors.ts";
import { isPlainHttp } from "./address.ts";
import { findKey, type KeyOptions } from "./key.ts";
import type { Config } from "./schema.ts";

/**
 * Throws KEY_EXPOSED where the key of a server that is reached unencrypted on another machine is OpenAI's: by its
 * looks, by its file, or for it is the one that `openai` has. `keys` holds the key of each server by its name.
 */
export async function requireUnexposed(
  keys: ReadonlyMap<string, string>,
  servers: Config["servers"],
  options: KeyOptions,
): Promise<void> {
  const open = [...keys].flatMap(([name, key]) => {
    const server = servers[name];
    return server && isPlainHttp(server.baseUrl) ? [{ name, key, ...server }] : [];
  });
  if (open.length === 0) return;
  const { openai } = servers;
  // one that can't be had is nobody else's either
  const ofOpenAi = await findKey({ name: "openai", ...openai }, options).catch(() => null);
  const fileOfOpenAi = await realOf(openai.apiKeyFile);
  for (const { name, key, baseUrl, apiKeyFile } of open) {
    const isSame = key === ofOpenAi || looks.test(key);
    if (!isSame && (fileOfOpenAi === null || (await realOf(apiKeyFile)) !== fileOfOpenAi)) continue;
    const message = `the key of the server ${name} is OpenAI's, and would go to ${baseUrl} unencrypted`;
    const hint = `Give ${name} a key of its own, or an address with https://.`;
    throw new AutodError("KEY_EXPOSED", message, { hint });
  }
}

/** How keys of OpenAI's projects, service accounts and administrators begin. */
const looks = /^sk-(?:proj|svcacct|admin)-/;

/** Null where there is no such file. */
const realOf = async (path: string | undefined): Promise<string | null> =>
  path === undefined ? null : await realpath(path).catch(() => null);
