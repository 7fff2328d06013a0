import { realpath } from "node:fs/promises";
import { delimiter, extname, join, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { AutodError } from "../errors.ts";

/** What a service manager starts. */
export interface Program {
  readonly node: string;
  /** autod's own file. */
  readonly main: string;
}

/**
 * The Node that runs now and the autod that it runs, by paths that last. Throws ARGUMENT_INVALID where autod
 * lies in a place that npx empties.
 */
export async function lastingProgram(node: string, env: NodeJS.ProcessEnv): Promise<Program> {
  const main = fileURLToPath(new URL(`../main${extname(import.meta.url)}`, import.meta.url));
  if (main.includes(`${sep}_npx${sep}`)) {
    throw new AutodError("ARGUMENT_INVALID", `npx keeps autod only for a while, in ${main}`, {
      hint: "Install it where it stays, as with npm install --global autod, and call that one.",
    });
  }
  return { node: await lastingNode(node, env), main };
}

/**
 * A path to the same Node that an upgrade leaves as it is, where there is one: what stands in a folder with a
 * version in its name is gone after the next. Else the path as it is given.
 */
export async function lastingNode(node: string, { PATH = "" }: NodeJS.ProcessEnv): Promise<string> {
  if (!hasVersion(node)) return node;
  const fromManagers = managers.flatMap(([pattern, lasting]) =>
    pattern.test(node) ? [node.replace(pattern, lasting)] : [],
  );
  const fromPath = PATH.split(delimiter)
    .filter((folder) => folder.startsWith("/") && !passing.test(folder))
    .map((folder) => join(folder, "node"));
  const real = await realpath(node);
  for (const path of [...fromManagers, ...fromPath]) {
    if (hasVersion(path)) continue;
    if ((await realpath(path).catch(() => null)) === real) return path;
  }
  return node;
}

/** As in .nvm/versions/node/v24.15.0/bin/node, but not opt/node@24. */
const hasVersion = (path: string): boolean => /\d+\.\d+\.\d+/.test(path);

/** Where Homebrew, fnm and nvm have a link that follows. */
const managers = [
  [/^(.*)\/Cellar\/([^/]+)\/[^/]+\/bin\/node$/, "$1/opt/$2/bin/node"],
  [/^(.*)\/node-versions\/[^/]+\/installation\/bin\/node$/, "$1/aliases/default/bin/node"],
  [/^(.*)\/versions\/node\/[^/]+\/bin\/node$/, "$1/current/bin/node"],
] as const;

/** Folders of one shell, or of one project. */
const passing = /fnm_multishells|\/node_modules\/|^\/(?:tmp|run|private\/tmp|var\/folders)\//;
