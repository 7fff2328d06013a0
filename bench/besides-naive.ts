import { join } from "node:path";
import { type Benchmark, inTurns, type Row } from "./benchmark.ts";
import { startNeighbour } from "./neighbour.ts";
import { makePapers } from "./papers.ts";
import { autod, naive as script, speedOf } from "./readers.ts";
import { scratch } from "./scratch.ts";

/**
 * The same as "throughput", beside `naive.ts`: what a competent user writes in an evening with chokidar, the SDK and
 * lowdb. With an empty store that has less to do, for it looks into no PDF and makes sure of nothing; with 20,000
 * records it writes all of them anew for each document.
 */
export const naive: Benchmark = {
  name: "naive",
  about: "the same beside sixty lines of chokidar, SDK and lowdb, with no records and with 20,000",
  async run({ of, repeats }) {
    await using place = await scratch();
    const papers = (name: string, count: number, from = 0) =>
      makePapers(join(place.path, name), { count, from });
    const warmUp = await papers("warm-up", of(300, 5), 1_000_000);
    const settings = { concurrency: 8 };
    await using neighbour = await startNeighbour();
    const beside = async (many: number, known: number, must: Row["must"]): Promise<Row> => {
      const contest = {
        papers: await papers(`papers-${known}`, many),
        warmUp,
        settings,
        neighbour,
        known,
      };
      const measured = await inTurns(repeats, {
        naive: () => speedOf(script, contest),
        autod: () => speedOf(autod, contest),
      });
      return {
        what: `${many} PDFs with ${known.toLocaleString("en")} records`,
        unit: "documents/s",
        ours: measured.autod,
        beside: { what: "naive script", measured: measured.naive },
        ...(must ? { must } : {}),
      };
    };
    return [
      await beside(of(1_000, 20), 0, { ratio: "at least", bound: 0.5 }),
      await beside(of(200, 10), of(20_000), { ratio: "at least", bound: 5 }),
    ];
  },
};
