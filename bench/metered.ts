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

/** Runs Node with these arguments to its end, and says what that took. */
export async function metered(...script: readonly string[]): Promise<Took> {
  const started = performance.now();
  const child = spawn(process.execPath, ["--import", meter, ...script], {
    stdio: ["ignore", "ignore", "inherit", "pipe"],
  });
  const [told] = await Promise.all([
    text(child.stdio[3] as NodeJS.ReadableStream),
    once(child, "exit"),
  ]);
  const { cpu, rss } = JSON.parse(told) as Pick<Took, "cpu" | "rss">;
  return { cpu, rss, wall: performance.now() - started };
}

/** The median of several runs, of each figure by itself. */
export async function medianOf(times: number, ...script: readonly string[]): Promise<Took> {
  const all: Took[] = [];
  for (let time = 0; time < times; time += 1) all.push(await metered(...script));
  const median = (name: keyof Took) =>
    all.map((one) => one[name]).toSorted((a, b) => a - b)[Math.floor(times / 2)] ?? 0;
  return { cpu: median("cpu"), wall: median("wall"), rss: median("rss") };
}
