import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout } from "node:timers/promises";
import type { Home } from "../test/helpers/home.ts";
import { invoice } from "../test/helpers/pdf.ts";
import { homeAt } from "../test/helpers/run-once.ts";
import { until } from "../test/helpers/watching.ts";
import { type Benchmark, median, percentile } from "./benchmark.ts";
import { startWatching } from "./built.ts";
import { type Neighbour, startNeighbour } from "./neighbour.ts";

/** Milliseconds that a file has to be quiet before it is taken. */
const SETTLE = 1_000;

/**
 * How soon a file is taken once it has come.
 *
 * Files are written into the inbox at random moments, 50 ms apart on average. From the last byte of each it is
 * measured until the line of the log that says it was claimed; beside it, at the same time and of the same files,
 * until inotifywait tells of close_write, and as long more as a file has to be quiet. Where there is no
 * inotifywait, the writer's own clock takes its place.
 */
export const pickup: Benchmark = {
  name: "pickup",
  about: "from a file's last byte to its claim, beside inotifywait and settle",
  async run({ of, repeats }) {
    const files = of(300, 10);
    await using neighbour = await startNeighbour();
    const rounds: Round[] = [];
    for (let round = 0; round < repeats; round += 1) rounds.push(await watchOver(neighbour, files));
    const hasOther = rounds.every(({ told }) => told !== null);
    const by = hasOther ? "inotifywait + settle" : "the writer + settle (no inotifywait here)";
    const rowOf = (what: string, part: (all: readonly number[]) => number, bound: number) => ({
      what,
      unit: "ms" as const,
      ours: rounds.map(({ claimed }) => part(claimed)),
      beside: {
        what: by,
        measured: rounds.map(({ told }) => SETTLE + (hasOther && told ? part(told) : 0)),
      },
      must: { more: "at most", bound } as const,
    });
    return [
      rowOf(`${files} files, median`, median, 300),
      rowOf("99th percentile", (all) => percentile(all, 0.99), 1_000),
    ];
  },
};

/** Milliseconds after the last byte, of each file. */
interface Round {
  readonly claimed: readonly number[];
  /** Null without inotifywait. */
  readonly told: readonly number[] | null;
}

async function watchOver(neighbour: Neighbour, files: number): Promise<Round> {
  const settings = { budget: { perDay: null, perMonth: null }, concurrency: 8 };
  await using home = await homeAt(neighbour, settings, { settle: `${SETTLE}ms`, patience: "15s" });
  await using _ = await startWatching(home, neighbour.key);
  // The first document waits for what autod loads only when it is needed.
  await home.drop("first.pdf", await invoice("RE-first"));
  await until(async () => (await home.filed()).length === 1);
  await using other = await startOther(home.inbox);
  const written = new Map<string, number>();
  for (let number = 0; number < files; number += 1) {
    const name = `scan${number}.pdf`;
    const bytes = await invoice(`RE-${number}`);
    await setTimeout(Math.random() * 100);
    await writeFile(join(home.inbox, name), bytes);
    written.set(name, Date.now());
  }
  let at = new Map<string, number>();
  await until(async () => {
    await setTimeout(100);
    at = await claims(home);
    return at.size > files && (other === null || other.told.size === files);
  });
  const after = (times: ReadonlyMap<string, number>) =>
    [...written].map(([name, last]) => (times.get(name) ?? Number.NaN) - last);
  return { claimed: after(at), told: other && after(other.told) };
}

/** When each file was claimed, by its name. */
async function claims(home: Home): Promise<Map<string, number>> {
  const claimed = (await home.logs()).filter(({ event }) => event === "document.claimed");
  const entries = claimed.map(
    ({ path, time }) => [basename(String(path)), Date.parse(String(time))] as const,
  );
  return new Map(entries);
}

/** inotifywait at work on a folder, once it watches; null where there is none. */
async function startOther(folder: string) {
  const words = ["-m", "-e", "close_write", "--format", "%f", folder];
  const child = spawn("inotifywait", words, { stdio: ["ignore", "pipe", "pipe"] });
  const isThere = await once(child, "spawn").then(
    () => true,
    () => false,
  );
  if (!isThere) return null;
  const closed = once(child, "close");
  const told = new Map<string, number>();
  createInterface(child.stdout).on("line", (name) => told.set(name, Date.now()));
  for await (const line of createInterface(child.stderr)) {
    if (line.includes("established")) break;
  }
  return {
    told: told as ReadonlyMap<string, number>,
    async [Symbol.asyncDispose]() {
      child.kill();
      await closed;
    },
  };
}
