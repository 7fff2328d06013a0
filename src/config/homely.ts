import { homedir } from "node:os";

/** A path for eyes: what `expand` makes of it again, with ~ where it lies below the user's home. */
export function homely(path: string, env: NodeJS.ProcessEnv): string {
  const home = env["HOME"] || homedir();
  return path === home || path.startsWith(`${home}/`) ? `~${path.slice(home.length)}` : path;
}
