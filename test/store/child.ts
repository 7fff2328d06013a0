import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { ExecutionContext } from "ava";

/** A process of this test's own. */
export interface Child {
  readonly pid: number | undefined;
  /** Resolves when it has written its first line; that line. */
  readonly firstLine: Promise<string>;
  /** Kills it as a power cut would; resolves to all that it wrote once it is gone. */
  readonly kill: () => Promise<string>;
}

/** Starts a program from fixtures/ with one argument; it doesn't outlive its test. */
export function start(
  t: ExecutionContext,
  program: string,
  argument: string,
  options: readonly string[] = [],
): Child {
  const path = join(import.meta.dirname, "fixtures", program);
  const child = spawn(process.execPath, [...options, path, argument], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  t.teardown(() => child.kill("SIGKILL"));
  const closed = once(child, "close");
  const { promise: firstLine, resolve, reject } = Promise.withResolvers<string>();
  let written = "";
  let complaints = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    written += text;
    if (written.includes("\n")) resolve(written.slice(0, written.indexOf("\n")));
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    complaints += text;
  });
  child.on("close", () => reject(new Error(`${program} ended early: ${complaints}`)));
  // Whoever doesn't wait for the first line doesn't mind that there is none.
  firstLine.catch(() => undefined);
  return {
    pid: child.pid,
    firstLine,
    kill: async () => {
      child.kill("SIGKILL");
      await closed;
      return written;
    },
  };
}
