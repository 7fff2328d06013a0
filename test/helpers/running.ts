import { once } from "node:events";
import { text } from "node:stream/consumers";
import { startAutod } from "./cli.ts";
import type { Home } from "./home.ts";
import { until } from "./watching.ts";

/** `autod run` as a process of its own; disposing kills what is left of it. */
export interface Running extends AsyncDisposable {
  readonly stderr: Promise<string>;
  readonly signal: (name: NodeJS.Signals) => void;
  /** The exit code; null where a signal ended it. */
  readonly ended: () => Promise<number | null>;
}

/** Starts it on a home's configuration, with the key that `env` may replace. */
export function startRunning(
  home: Home,
  key: string,
  env: Readonly<Record<string, string>> = {},
): Running {
  const child = startAutod(["run", "--config", home.configFile], { OPENAI_API_KEY: key, ...env });
  const stderr = text(child.stderr);
  child.stdout.resume();
  const closed = once(child, "close");
  return {
    stderr,
    signal: (name) => void child.kill(name),
    ended: async () => (await closed)[0] as number | null,
    async [Symbol.asyncDispose]() {
      if (child.exitCode === null) child.kill("SIGKILL");
      await closed;
    },
  };
}

/** Resolves when it watches its folder. */
export const watched = (home: Home): Promise<void> =>
  until(async () => {
    const lines = await home.logs().catch(() => []);
    return lines.some(({ event }) => event === "folder.watching");
  });
