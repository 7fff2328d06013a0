import { spawn } from "node:child_process";
import { once } from "node:events";
import { AutodError } from "../errors.ts";
import { environmentOf } from "./call.ts";
import type { CommandLine } from "./supervisor.ts";

/** Hands what a program prints on as it comes, until it ends or `signal` does; gives its exit code. */
export async function relay(
  [program, ...args]: CommandLine,
  given: NodeJS.ProcessEnv,
  output: NodeJS.WritableStream,
  signal: AbortSignal,
): Promise<number> {
  const child = spawn(program, args, {
    env: environmentOf(given),
    stdio: ["ignore", "pipe", "pipe"],
  });
  // Asked to end it is no fault.
  const end = () => void child.kill();
  signal.addEventListener("abort", end, { once: true });
  try {
    child.stdout.pipe(output, { end: false });
    child.stderr.pipe(output, { end: false });
    const [code] = (await once(child, "close")) as [number | null];
    return signal.aborted ? 0 : (code ?? 1);
  } catch (cause) {
    throw new AutodError("SERVICE_REFUSED", `${program} can't be run`, { cause });
  } finally {
    signal.removeEventListener("abort", end);
  }
}
