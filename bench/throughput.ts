import { join } from "node:path";
import { type Benchmark, inTurns } from "./benchmark.ts";
import { startNeighbour } from "./neighbour.ts";
import { makePapers } from "./papers.ts";
import { autod, floor, speedOf } from "./readers.ts";
import { scratch } from "./scratch.ts";

/**
 * 1,000 PDFs are moved into a watched inbox, and read 8 at a time by a stand-in that answers at once; until the
 * last one is filed, and its upload and its answer are deleted. Beside it stands the least that this can take:
 * `floor.ts`, the bare SDK making the same calls.
 */
export const throughput: Benchmark = {
  name: "throughput",
  about: "documents a second, 8 at a time from an API without latency, beside the bare SDK",
  async run({ of, repeats }) {
    await using place = await scratch();
    const contest = {
      papers: await makePapers(join(place.path, "papers"), { count: of(1_000, 20) }),
      warmUp: await makePapers(join(place.path, "warm-up"), {
        count: of(1_000, 5),
        from: 1_000_000,
      }),
      settings: { concurrency: 8 },
    };
    await using neighbour = await startNeighbour();
    const measured = await inTurns(repeats, {
      floor: () => speedOf(floor, { ...contest, neighbour }),
      autod: () => speedOf(autod, { ...contest, neighbour }),
    });
    return [
      {
        what: `${contest.papers.names.length} PDFs`,
        unit: "documents/s",
        ours: measured.autod,
        beside: { what: "bare SDK", measured: measured.floor },
        must: { ratio: "at least", bound: 0.85 },
      },
    ];
  },
};
