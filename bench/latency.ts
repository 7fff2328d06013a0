import { join } from "node:path";
import { type Benchmark, inTurns } from "./benchmark.ts";
import { startNeighbour } from "./neighbour.ts";
import { makePapers } from "./papers.ts";
import { autod, speedOf } from "./readers.ts";
import { scratch } from "./scratch.ts";

/** Milliseconds that the stand-in takes for each answer. */
const LATENCY = 200;
const CONCURRENCY = 32;

/**
 * The stand-in takes 200 ms for each answer, and 32 documents are read at a time, each by an upload, an ask and a
 * deletion, one after the other: more than 32 ÷ 0.6 s a second can't be had. Answers aren't made in the background
 * here, for how often one looks for them would be what is measured.
 */
export const latency: Benchmark = {
  name: "latency",
  about: "documents a second, 32 at a time from an API that takes 200 ms, beside what that allows",
  async run({ of, repeats }) {
    await using place = await scratch();
    await using neighbour = await startNeighbour({ latency: LATENCY });
    const contest = {
      papers: await makePapers(join(place.path, "papers"), { count: of(1_000, 64) }),
      warmUp: await makePapers(join(place.path, "warm-up"), { count: of(200, 5), from: 1_000_000 }),
      settings: { concurrency: CONCURRENCY, openai: { baseUrl: neighbour.url, resumable: false } },
      neighbour,
    };
    const calls = ["upload", "ask", "deletion"];
    const measured = await inTurns(repeats, {
      autod: () => speedOf(autod, contest),
    });
    return [
      {
        what: `${contest.papers.names.length} PDFs`,
        unit: "documents/s",
        ours: measured.autod,
        beside: {
          what: `32 ÷ (${calls.join(" + ")})`,
          measured: [(CONCURRENCY / (calls.length * LATENCY)) * 1_000],
        },
        must: { ratio: "at least", bound: 0.9 },
      },
    ];
  },
};
