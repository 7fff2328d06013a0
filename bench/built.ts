import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Home } from "../test/helpers/home.ts";
import { until } from "../test/helpers/watching.ts";
import { childrenOf } from "./resident.ts";

const root = join(import.meta.dirname, "..");
let main: string | null = null;

/** The path of autod's program as it is published, built anew the first time that it is asked for. */
export function builtMain(): string {
  if (main === null) {
    const compiler = join(root, "node_modules/.bin/tsc");
    execFileSync(compiler, ["-p", "tsconfig.build.json", "--outDir", ".bench"], {
      cwd: root,
      stdio: "inherit",
    });
    main = join(root, ".bench/main.js");
  }
  return main;
}

/** A program at work beside; disposing ends it. */
export interface Program extends AsyncDisposable {
  readonly child: ChildProcess;
  readonly pid: number;
}

/** Runs a script by this Node as a process of its own, which hears of no key but the one that `env` gives. */
export function startProgram(
  script: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Program {
  const { OPENAI_API_KEY: _, NODE_ENV: __, npm_package_name: ___, ...inherited } = process.env;
  const child = spawn(process.execPath, script, {
    cwd: root,
    env: { ...inherited, ...env },
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  const closed = once(child, "close");
  return {
    child,
    pid: child.pid ?? 0,
    async [Symbol.asyncDispose]() {
      child.kill();
      await closed;
    },
  };
}

/** `autod run` on a home, once it watches its folders. */
export async function startWatching(home: Home, key: string): Promise<Program> {
  const words = [builtMain(), "run", "--config", home.configFile];
  const program = startProgram(words, { OPENAI_API_KEY: key });
  const { length } = home.config.folders;
  await until(async () => {
    const lines = await home.logs().catch(() => []);
    return lines.filter(({ event }) => event === "folder.watching").length >= length;
  });
  return program;
}

/** Milliseconds of the processor that a process and its children took so far; Linux only. */
export function processorOf(pid: number): number {
  const text = readFileSync(`/proc/${pid}/stat`, "utf8");
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  // utime and stime, in ticks of 10 ms; those of children that have ended are theirs.
  const own = (Number(fields[11]) + Number(fields[12])) * 10;
  return childrenOf(pid).reduce((sum, child) => sum + processorOf(child), own);
}
