import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { promisify, stripVTControlCharacters } from "node:util";
import { until } from "./watching.ts";

/** autod on a terminal of 80 columns, with somebody who reads and types; disposing ends it. */
export interface Dialogue extends AsyncDisposable {
  /** Waits until this is shown, behind what was waited for before. */
  readonly saw: (words: string) => Promise<void>;
  readonly type: (keys: string) => void;
  /** The exit code. */
  readonly ended: () => Promise<number | null>;
  /** All that was shown so far, without colours. */
  readonly shown: () => string;
}

/** Keys by their names. */
export const keys = {
  enter: "\r",
  down: "\u001b[B",
  /** Removes what was typed. */
  clear: "\u0015",
  ctrlC: "\u0003",
  ctrlD: "\u0004",
} as const;

const lender = "script";

/** Whether there is a program that lends terminals: util-linux's `script`. */
export const hasTerminals = (): Promise<boolean> =>
  promisify(execFile)(lender, ["--version"]).then(
    ({ stdout }) => stdout.includes("util-linux"),
    () => false,
  );

const main = new URL("../../src/main.ts", import.meta.url).pathname;

/** Starts autod with these words, each of which a shell takes as it is. */
export function startDialogue(
  words: readonly string[],
  env: Readonly<Record<string, string>>,
): Dialogue {
  const { OPENAI_API_KEY: _, NODE_ENV: __, FORCE_COLOR: ___, ...inherited } = process.env;
  const command = ["exec", process.execPath, main, ...words].join(" ");
  const child = spawn(lender, ["-qec", `stty cols 80 rows 40; ${command}`, "/dev/null"], {
    env: { ...inherited, TERM: "xterm", NO_COLOR: "1", ...env },
    stdio: ["pipe", "pipe", "inherit"],
  });
  let [shown, seen, isOver] = ["", 0, false];
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    shown += stripVTControlCharacters(text);
  });
  const closed = once(child, "close").then(([code]) => {
    isOver = true;
    return code as number | null;
  });
  return {
    async saw(expected) {
      await until(() => isOver || shown.includes(expected, seen));
      const at = shown.indexOf(expected, seen);
      if (at < 0) throw new Error(`"${expected}" was never shown, but:\n${shown.slice(seen)}`);
      seen = at + expected.length;
    },
    type: (text) => void child.stdin.write(text),
    ended: () => closed,
    shown: () => shown,
    async [Symbol.asyncDispose]() {
      if (!isOver) child.kill("SIGKILL");
      await closed;
    },
  };
}
