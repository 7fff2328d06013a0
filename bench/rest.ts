import { mkdir } from "node:fs/promises";
import { setTimeout } from "node:timers/promises";
import { quickFolder } from "../test/helpers/home.ts";
import { homeAt } from "../test/helpers/run-once.ts";
import type { Benchmark, Row } from "./benchmark.ts";
import { processorOf, startProgram, startWatching } from "./built.ts";
import { type Neighbour, startNeighbour } from "./neighbour.ts";

/**
 * What autod takes of the processor in a minute in which nothing happens, once its start is behind it, and a
 * Node that does nothing. They rest at the same time. Only Linux tells.
 */
export const rest: Benchmark = {
  name: "rest",
  about: "the processor's time at rest, in a minute",
  async run({ of, repeats }) {
    if (process.platform !== "linux") {
      process.stderr.write("rest: only Linux tells what a process takes\n");
      return [];
    }
    const [behind, long] = [of(30), of(60)].map((seconds) => seconds * 1_000) as [number, number];
    await using neighbour = await startNeighbour();
    const turns: (readonly [number, number, number])[] = [];
    for (let turn = 0; turn < repeats; turn += 1) {
      await using one = await watching(neighbour, 1);
      await using ten = await watching(neighbour, 10);
      await using bare = startProgram(["-e", "setInterval(() => undefined, 1e6)"]);
      const taken = () => [one, ten, bare].map(({ pid }) => processorOf(pid));
      await setTimeout(behind);
      const before = taken();
      await setTimeout(long);
      const [first = 0, second = 0, third = 0] = taken().map((now, at) => now - (before[at] ?? 0));
      turns.push([first, second, third]);
    }
    const row = (what: string, at: 0 | 1 | 2): Row => {
      return { what: `${long / 1_000} s, ${what}`, unit: "ms", ours: turns.map((one) => one[at]) };
    };
    return [row("1 folder", 0), row("10 folders", 1), row("an idle Node", 2)];
  },
};

/** An autod that watches so many empty folders. */
async function watching(neighbour: Neighbour, count: number) {
  await using opening = new AsyncDisposableStack();
  const folders = Array.from({ length: count }, (_, at) => quickFolder(`folder${at}`, {}));
  const home = opening.use(await homeAt(neighbour, { folders }));
  for (const { inbox } of home.config.folders) await mkdir(inbox, { recursive: true });
  const { pid } = opening.use(await startWatching(home, neighbour.key));
  const stack = opening.move();
  return { pid, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}
