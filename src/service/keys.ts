import { chmod, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { placeNew, writeBeside } from "../config/beside.ts";
import { saveKey } from "../config/establish.ts";
import { findKey } from "../config/key.ts";
import type { Config } from "../config/schema.ts";
import { AutodError } from "../errors.ts";
import { exists } from "./exists.ts";

/**
 * Saves a key that only a variable of this shell has, where a service of the same user looks for it; gives the
 * file, or null where the key stays where it is.
 */
export async function keepKey(
  keys: ReadonlyMap<string, string>,
  server: { readonly apiKeyFile?: string | undefined },
  keyFile: string,
): Promise<string | null> {
  const text = keys.get("openai");
  if (text === undefined) return null;
  try {
    await findKey({ name: "openai", ...server }, { env: {}, defaultFile: keyFile });
    return null;
  } catch (error) {
    if (!(error instanceof AutodError) || error.code !== "KEY_MISSING") throw error;
  }
  await using undo = new AsyncDisposableStack();
  await saveKey({ file: keyFile, text, replaces: false }, undo);
  undo.move();
  return keyFile;
}

/** The servers that the folders' documents are sent to and that need a key. */
export function withKeys({
  folders,
  profiles,
  servers,
}: Pick<Config, "folders" | "profiles" | "servers">): string[] {
  const names = folders.map(({ profile }) => profiles[profile]?.server ?? "openai");
  return [...new Set(names)].filter(
    (name) => name === "openai" || servers[name]?.apiKeyFile !== undefined,
  );
}

/** Saves keys as root's own, for the manager to hand over; one that is there stays. Gives what it wrote. */
export async function depositKeys(
  keys: ReadonlyMap<string, string>,
  folder: string,
): Promise<string[]> {
  await mkdir(folder, { recursive: true });
  // The configuration there is for the service to read; keys are for root alone, by their own rights.
  await chmod(folder, 0o755);
  const written: string[] = [];
  for (const [name, text] of keys) {
    const file = join(folder, `${name}-api-key`);
    if (text === "none" || (await exists(file))) continue;
    await placeNew(await writeBeside(file, `${text}\n`, 0o600), file);
    written.push(file);
  }
  return written;
}
