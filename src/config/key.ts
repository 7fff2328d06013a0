import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import envPaths from "env-paths";
import { AutodError, isErrno, reasonIn } from "../errors.ts";
import { readSecret } from "./secret.ts";

/** Where keys are looked for. */
export interface KeyOptions {
  readonly env: NodeJS.ProcessEnv;
  readonly platform?: NodeJS.Platform;
  /** Where a key lies that no configuration names. */
  readonly defaultFile?: string;
  /** The program that reads the keychain of macOS. */
  readonly security?: string;
}

/**
 * The API key of a server, from the first of these that has one: the service manager's credentials, the file
 * that the configuration names, and for `openai` also the default file, the keychain of macOS, OPENAI_API_KEY.
 *
 * Throws KEY_EXPOSED if others can read the file, KEY_MISSING if a file that is named holds no key, or if
 * there is none at all; other servers than `openai` are sent "none" then.
 */
export async function findKey(
  server: { readonly name: string; readonly apiKeyFile?: string | undefined },
  {
    env,
    platform = process.platform,
    defaultFile = join(envPaths("autod", { suffix: "" }).config, "openai-key"),
    security = "/usr/bin/security",
  }: KeyOptions,
): Promise<string> {
  const credentials = env["CREDENTIALS_DIRECTORY"];
  const own =
    (credentials && (await readKey(join(credentials, `${server.name}-api-key`)))) ||
    (server.apiKeyFile !== undefined && (await readNamed(server.apiKeyFile)));
  if (own) return own;
  // what belongs to OpenAI is no other server's business
  if (server.name !== "openai") return "none";

  const found =
    (await readPrivate(defaultFile)) ||
    (platform === "darwin" && (await readKeychain(security))) ||
    cleaned(env["OPENAI_API_KEY"] ?? "", "OPENAI_API_KEY");
  if (found) return found;
  const message = `there is no API key in openai.apiKeyFile, ${defaultFile} or OPENAI_API_KEY`;
  throw new AutodError("KEY_MISSING", message);
}

async function readNamed(path: string): Promise<string> {
  const key = await readPrivate(path);
  if (key) return key;
  throw new AutodError("KEY_MISSING", `${path} should hold the API key, but is missing or empty`);
}

const readPrivate = (path: string) => readKey(path, { onlyOurs: true });

/** Undefined where there is no such file. */
async function readKey(path: string, { onlyOurs = false } = {}): Promise<string | undefined> {
  try {
    const secret = await readSecret(path, 10_000);
    if (!secret) throw noKey(path);
    if (onlyOurs && secret.isExposed) {
      throw new AutodError("KEY_EXPOSED", `others can read the API key in ${path}`);
    }
    return cleaned(secret.text, path);
  } catch (error) {
    if (isErrno(error, "ENOENT", "ENOTDIR")) return undefined;
    if (error instanceof AutodError) throw error;
    const message = `the API key in ${path} can't be read: ${reasonIn(error)}`;
    throw new AutodError("KEY_MISSING", message, { cause: error });
  }
}

async function readKeychain(security: string): Promise<string | undefined> {
  const query = ["find-generic-password", "-w", "-s", "autod", "-a", "openai"];
  try {
    const { stdout } = await promisify(execFile)(security, query, { timeout: 30_000 });
    return cleaned(stdout, "the keychain");
  } catch (error) {
    if (error instanceof AutodError) throw error;
    // it fails also where it just has no such entry
    return undefined;
  }
}

function cleaned(text: string, place: string): string {
  const key = text.trim();
  // more than one word can't be sent in a header, and the error would show it
  if (!/^[\x21-\x7e]*$/.test(key)) throw noKey(place);
  return key;
}

const noKey = (place: string) =>
  new AutodError("KEY_MISSING", `what stands in ${place} is no API key`);
