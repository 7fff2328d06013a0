import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { isErrno } from "../errors.ts";

/** What became of a program; `code` is null where there is no such program, or a signal ended it. */
export interface Called {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program of the system to its end, without a shell; never rejects for what the program says. */
export type Call = (program: string, ...args: readonly string[]) => Promise<Called>;

/** Programs are looked for in the PATH that is given, and then where they stand on every system. */
export function openCall(given: NodeJS.ProcessEnv): Call {
  const env = environmentOf(given);
  return async (program, ...args) => {
    const child = spawn(program, args, { env, stdio: ["ignore", "pipe", "pipe"] });
    const { promise, resolve, reject } = Promise.withResolvers<number | null>();
    child.on("close", resolve);
    child.on("error", (error) => {
      if (isErrno(error, "ENOENT", "EACCES")) resolve(null);
      else reject(error);
    });
    const [code, stdout, stderr] = await Promise.all([
      promise,
      text(child.stdout),
      text(child.stderr),
    ]);
    return { code, stdout, stderr };
  };
}

/** What such programs are started with: their words are read by a program, and no key is their business. */
export function environmentOf(given: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const PATH = `${given["PATH"] ?? ""}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin`;
  const told = {
    ...given,
    PATH,
    LC_ALL: "C.UTF-8",
    SYSTEMD_COLORS: "0",
    SYSTEMD_PAGER: "",
    PAGER: "cat",
  };
  return Object.fromEntries(Object.entries(told).filter(([name]) => !name.startsWith("OPENAI_")));
}
