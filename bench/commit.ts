import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { seededRecord } from "../test/helpers/seeded-store.ts";
import { type Benchmark, inTurns, median, timed } from "./benchmark.ts";
import { builtMain, startProgram } from "./built.ts";
import { records, storeOf } from "./records.ts";
import { scratch } from "./scratch.ts";
import { toldBy } from "./told.ts";

/** What one process took, in milliseconds. */
interface Took {
  /** A commit, the median of many. */
  readonly commit: number;
  /** A new snapshot of all records. */
  readonly snapshot: number;
  /** The longest time meanwhile that nobody else got a turn. */
  readonly pause: number;
}

/**
 * Durable commits, one after the other, by the store as it is published, in a process of its own that has so many
 * records in memory; and what it takes at its end to make the journal a part of the snapshot.
 */
export const commit: Benchmark = {
  name: "commit",
  about: "a durable commit beside many records, against one beside few",
  async run({ of, repeats }) {
    const [few, many] = [of(100, 1), of(100_000, 10)];
    await using place = await scratch();
    const folderOf = (count: number) => join(place.path, String(count));
    for (const count of [few, many]) await storeOf(folderOf(count), records(count));
    const { atFew, atMany } = await inTurns(repeats, {
      atFew: () => measure(folderOf(few), few),
      atMany: () => measure(folderOf(many), many),
    });
    const named = (count: number) => `${count.toLocaleString("en")} records`;
    return [
      {
        what: `a commit at ${named(many)}`,
        unit: "ms",
        ours: atMany.map((one) => one.commit),
        beside: { what: `at ${few}`, measured: atFew.map((one) => one.commit) },
        must: { ratio: "at most", bound: 1.3 },
      },
      { what: `a snapshot of ${named(many)}`, unit: "ms", ours: atMany.map((one) => one.snapshot) },
      { what: "its longest pause", unit: "ms", ours: atMany.map((one) => one.pause) },
    ];
  },
};

async function measure(folder: string, count: number): Promise<Took> {
  const words = [
    import.meta.filename,
    folder,
    String(count),
    join(builtMain(), "../store/store.js"),
  ];
  await using program = startProgram(words);
  return (await toldBy(program)) as Took;
}

if (import.meta.main) {
  const [folder = "", count = "", module = ""] = process.argv.slice(2);
  const { openStore } = (await import(module)) as typeof import("../src/store/store.ts");
  const store = await openStore(folder);
  const measured: number[] = [];
  // So few that none of them makes the snapshot anew.
  for (let time = 0; time < 300; time += 1) {
    const record = seededRecord(time % Number(count), { attempts: time });
    measured.push(await timed(() => store.commit(record)));
  }
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const snapshot = await timed(() => store[Symbol.asyncDispose]());
  delay.disable();
  process.send?.({ commit: median(measured), snapshot, pause: delay.max / 1e6 } satisfies Took);
}
