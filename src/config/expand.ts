import { homedir } from "node:os";
import { resolve } from "node:path";

/** Where the paths of a configuration start from. */
export interface Base {
  readonly env: NodeJS.ProcessEnv;
  /** The folder that relative paths are relative to. */
  readonly folder: string;
}

/** A path as written, made absolute: `~` and `${VAR}` are replaced. Throws where that can't be. */
export function expand(path: string, { env, folder }: Base): string {
  if (path.includes("\0")) throw new Error("a path has no NUL character");
  if (/^~[^/]/.test(path)) throw new Error(`only ~/ stands for a home, not ${path.split("/")[0]}`);
  const home = path.replace(/^~(?=\/|$)/, () => env["HOME"] || homedir());
  return resolve(
    folder,
    home.replaceAll(/\$\{([^}]*)\}/g, (_, name: string) => known(name, env)),
  );
}

function known(name: string, env: NodeJS.ProcessEnv): string {
  const value = env[name];
  // an empty one would turn ${SCANS}/Inbox into /Inbox
  if (!value) throw new Error(`the variable ${name} is not set`);
  return value;
}
