import { spawn } from "node:child_process";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { builtMain } from "../built.ts";
import type { Home } from "../../test/helpers/home.ts";

/** What a person types beside a running autod. */
export interface Command {
  /** Runs it to its end; throws where it couldn't do what it is there for. Gives its exit code. */
  readonly run: (...words: readonly string[]) => Promise<number>;
  /** Begins one that doesn't end by itself, and kills it after so many milliseconds. */
  readonly glance: (milliseconds: number, ...words: readonly string[]) => Promise<void>;
}

/** What all processes of a soak are started with. */
export const envOf = (home: Pick<Home, "folder">, key: string): NodeJS.ProcessEnv => {
  const { NODE_ENV: _, FORCE_COLOR: __, npm_package_name: ___, ...inherited } = process.env;
  return {
    ...inherited,
    OPENAI_API_KEY: key,
    XDG_CACHE_HOME: join(home.folder, "cache"),
    NODE_DISABLE_COMPILE_CACHE: "",
    NODE_V8_COVERAGE: "",
  };
};

/** What it refuses is no fault, nor what has to wait. */
const fine: readonly (number | null)[] = [0, 1, 69];

export function openCommand(home: Home, key: string): Command {
  const start = (words: readonly string[]) =>
    spawn(process.execPath, [builtMain(), ...words, "--config", home.configFile], {
      env: envOf(home, key),
      stdio: ["ignore", "ignore", "pipe"],
    });
  const ended = async (child: ReturnType<typeof start>) => {
    const { promise, resolve } = Promise.withResolvers<number | null>();
    child.on("close", resolve);
    const [stderr, code] = await Promise.all([text(child.stderr), promise]);
    return { stderr, code };
  };
  return {
    async run(...words) {
      const { stderr, code } = await ended(start(words));
      if (code !== null && fine.includes(code)) return code;
      throw new Error(`autod ${words.join(" ")} ended with ${code}: ${stderr}`);
    },
    async glance(milliseconds, ...words) {
      const child = start(words);
      const timer = setTimeout(() => child.kill("SIGKILL"), milliseconds);
      await ended(child);
      clearTimeout(timer);
    },
  };
}
