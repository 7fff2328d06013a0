import { AutodError, reasonIn } from "../errors.ts";
import type { Config } from "./schema.ts";
import { readSecret } from "./secret.ts";

type Profile = Pick<Config["profiles"][string], "passwords">;

/**
 * The passwords of a profile. Their file is read each time, so that one that is added counts at once; throws
 * CONFIG_INVALID where it can't be used.
 */
export async function passwordsIn({ passwords }: Profile): Promise<readonly string[]> {
  if (typeof passwords !== "string") return passwords;
  const secret = await readSecret(passwords, MOST).catch((error: unknown) => {
    throw unusable(passwords, `can't be read: ${reasonIn(error)}`, error);
  });
  if (!secret) throw unusable(passwords, "is no file of at most 10 KB");
  if (secret.isExposed) throw unusable(passwords, "can be read by others (chmod 600 mends it)");
  return secret.text.split(/\r?\n/).filter((line) => line !== "");
}

/** Bytes: to try a thousand passwords takes some 5 s, and a PDF is given 20. */
const MOST = 10_000;

function unusable(file: string, reason: string, cause?: unknown): AutodError {
  const message = `the file of passwords ${file} ${reason}`;
  return new AutodError("CONFIG_INVALID", message, { cause });
}

/** Throws CONFIG_INVALID where the passwords of a profile that a folder names can't be read. */
export async function requirePasswords({
  folders,
  profiles,
}: Pick<Config, "folders" | "profiles">): Promise<void> {
  const keys = new Set(folders.map(({ profile }) => profile));
  for (const key of keys) await passwordsIn(profiles[key] ?? profiles.default);
}
