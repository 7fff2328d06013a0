import { spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout } from "node:timers/promises";
import { askWatching } from "../../src/intake/noticing/watching.ts";
import type { Home } from "../../test/helpers/home.ts";
import { builtMain } from "../built.ts";
import { envOf } from "./command.ts";
import { gauge, type Held, heldBy } from "./held.ts";

/** One process of autod, from its start to its end; disposing kills what is left of it. */
export interface Life extends AsyncDisposable {
  /** What it holds; the counts twice the same, or those of the last look. */
  readonly held: () => Promise<Held>;
  /** Throws with what it said where it has ended by itself. */
  readonly mustLive: () => void;
  readonly hangUp: () => void;
  /** Ends it, and gives its exit code; null where the signal did it. */
  readonly end: (signal: "SIGTERM" | "SIGKILL") => Promise<number | null>;
}

/** Starts `autod run`, and waits until it watches its folders. */
export async function beginLife(home: Home, key: string): Promise<Life> {
  const words = [...gauge, builtMain(), "run", "--config", home.configFile];
  const child = spawn(process.execPath, words, {
    env: envOf(home, key),
    stdio: ["ignore", "ignore", "pipe", "ipc"],
  });
  let said = "";
  child.stderr?.on("data", (chunk: Buffer) => (said = `${said}${chunk.toString()}`.slice(-4_000)));
  const over = new AbortController();
  const closed = once(child, "close").finally(() => over.abort());

  const mustLive = () => {
    if (!over.signal.aborted) return;
    throw new Error(`autod ended by itself with ${child.exitCode ?? child.signalCode}: ${said}`);
  };
  const isWatching = async () => {
    const watchingOf = await askWatching(home.config.socket);
    // The others may be left out of the settings by then.
    return home.config.folders.slice(0, 1).every(({ name }) => watchingOf(name) !== null);
  };
  const latest = Date.now() + LONGEST_START;
  while (!(await isWatching())) {
    mustLive();
    if (Date.now() > latest) {
      child.kill("SIGKILL");
      throw new Error(`autod doesn't watch its folders: ${said}`);
    }
    await setTimeout(50);
  }
  return {
    async held() {
      for (let [look, last] = [1, await heldBy(child, over.signal)]; ; look += 1) {
        const now = await heldBy(child, over.signal);
        const isSame = countsOf(now) === countsOf(last);
        if (isSame || look === MOST_LOOKS) return now;
        last = now;
      }
    },
    mustLive,
    hangUp: () => void child.kill("SIGHUP"),
    async end(signal) {
      mustLive();
      child.kill(signal);
      return (await closed)[0] as number | null;
    },
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await closed;
    },
  };
}

/** Milliseconds. */
const LONGEST_START = 60_000;
const MOST_LOOKS = 20;

/** What changes by itself is left out. */
const countsOf = (held: Held): string => JSON.stringify({ ...held, heap: 0, rss: 0 });
