import { access } from "node:fs/promises";
import { AutodError } from "../errors.ts";
import { findKey } from "./key.ts";

/** A key, and where it comes from. */
export interface Key {
  readonly text: string;
  readonly place: string;
  /** Whether it will be found there, whoever starts autod; a variable may be one of this shell alone. */
  readonly stays: boolean;
}

/**
 * The key of OpenAI that this machine has already: in the default file, in the keychain of macOS, or in
 * OPENAI_API_KEY. Null where there is none; throws as `findKey` where one lies there that can't be used.
 */
export async function knownKey(
  keyFile: string,
  env: NodeJS.ProcessEnv,
  platform: NodeJS.Platform = process.platform,
): Promise<Key | null> {
  if (await exists(keyFile)) return await keyIn(keyFile);
  const openai = { name: "openai" } as const;
  const kept = await findKey(openai, { env: {}, platform, defaultFile: keyFile }).catch(orNone);
  if (kept !== null) return { text: kept, place: "the keychain", stays: true };
  const variable = env["OPENAI_API_KEY"]?.trim();
  return variable ? keyFrom(variable, "OPENAI_API_KEY") : null;
}

/** A key that has no place of its own yet. Throws KEY_MISSING where it is none. */
export function keyFrom(said: string, place: string): Key {
  if (isKey(said)) return { text: said.trim(), place, stays: false };
  throw new AutodError("KEY_MISSING", `${place} holds something else than one API key`);
}

/** Whether a text could be a key: more than one word can't be sent in a header. */
export const isKey = (said: string): boolean => /^[\x21-\x7e]+$/.test(said.trim());

/** The key in a file that is named. Throws KEY_MISSING or KEY_EXPOSED. */
export async function keyIn(file: string): Promise<Key> {
  const text = await findKey({ name: "openai", apiKeyFile: file }, { env: {} });
  return { text, place: file, stays: true };
}

const exists = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  );

function orNone(error: unknown): null {
  if (error instanceof AutodError && error.code === "KEY_MISSING") return null;
  throw error;
}
