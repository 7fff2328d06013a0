import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";

/** What a process took. */
export interface Took {
  /** Milliseconds of the processor. */
  readonly cpu: number;
  /** Milliseconds until its end. */
  readonly wall: number;
  /** The most memory that it held, in MB. */
  readonly rss: number;
}

/**
 * Tells on its third descriptor what the process took. Where Linux tells the most memory of a process it begins
 * with that of the one which started it; of this one alone /proc knows.
 */
const meter = `data:text/javascript,${encodeURIComponent(`
  import { existsSync, readFileSync, writeSync } from "node:fs";
  process.on("exit", () => {
    const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
    const status = "/proc/self/status";
    const [, own] = existsSync(status) ? /VmHWM:\\s*(\\d+)/.exec(readFileSync(status, "utf8")) : [];
    const rss = Number(own ?? maxRSS) / 1024;
    writeSync(3, JSON.stringify({ cpu: (userCPUTime + systemCPUTime) / 1000, rss }));
  });
`)}`;

/** Runs Node with these arguments to its end, and says what that took; throws where it ends with anything but 0. */
export async function metered(...script: readonly string[]): Promise<Took> {
  const started = performance.now();
  const child = spawn(process.execPath, ["--import", meter, ...script], {
    stdio: ["ignore", "ignore", "inherit", "pipe"],
  });
  const [told, [code]] = await Promise.all([
    text(child.stdio[3] as NodeJS.ReadableStream),
    once(child, "exit"),
  ]);
  if (code !== 0) throw new Error(`${script.join(" ")} ended with ${code}`);
  const { cpu, rss } = JSON.parse(told) as Pick<Took, "cpu" | "rss">;
  return { cpu, rss, wall: performance.now() - started };
}
