import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const main = new URL("../../src/main.ts", import.meta.url).pathname;

/** Starts autod as a process of its own, with no key but the one that `env` gives. */
export function startAutod(
  words: readonly string[],
  env: Readonly<Record<string, string>> = {},
  cwd = process.cwd(),
) {
  const { OPENAI_API_KEY: _, NODE_ENV: __, FORCE_COLOR: ___, ...others } = process.env;
  // Whoever runs the tests by npm is no user who calls autod by it.
  const { npm_package_name: ____, ...inherited } = others;
  return spawn(process.execPath, [main, ...words], {
    cwd,
    env: { ...inherited, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
}

/** Runs autod to its end. */
export async function autod(
  words: readonly string[],
  env: Readonly<Record<string, string>> = {},
  cwd?: string,
): Promise<Ended> {
  const child = startAutod(words, env, cwd);
  const { promise: closed, resolve } = Promise.withResolvers<number | null>();
  child.on("close", resolve);
  const [stdout, stderr, code] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    closed,
  ]);
  return { code, stdout, stderr };
}
