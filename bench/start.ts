import { once } from "node:events";
import { cp } from "node:fs/promises";
import { join } from "node:path";
import { homeAt } from "../test/helpers/run-once.ts";
import { until } from "../test/helpers/watching.ts";
import { type Benchmark, inTurns } from "./benchmark.ts";
import { builtMain, startProgram } from "./built.ts";
import { type Neighbour, startNeighbour } from "./neighbour.ts";
import { makePapers, type Papers } from "./papers.ts";
import { records, storeOf } from "./records.ts";
import { scratch } from "./scratch.ts";

/**
 * How long autod takes from the start of its process until it watches its folder, and until it takes the first of the
 * files that wait there, by the times in its log; beside a Node that has nothing to do.
 */
export const start: Benchmark = {
  name: "start",
  about: "from the start of the process until it watches, with many records and waiting files",
  async run({ of, repeats }) {
    await using place = await scratch();
    const [known, waiting] = [of(20_000, 20), of(1_000, 10)];
    const store = join(place.path, "store");
    await storeOf(store, records(known));
    const papers = await makePapers(join(place.path, "papers"), { count: waiting });
    await using neighbour = await startNeighbour();
    const { turns } = await inTurns(repeats, {
      turns: async (): Promise<Turn> => ({
        bare: await bareStart(),
        ...(await begun(neighbour, store, papers)),
      }),
    });
    const each = (name: keyof Turn) => turns.map((one) => one[name]);
    const beside = { what: "bare Node", measured: each("bare") };
    return [
      {
        what: `it watches, with ${known} records and ${waiting} files`,
        unit: "s",
        ours: each("ready"),
        beside,
        must: { value: "at most", bound: 3 },
      },
      { what: "it takes the first file", unit: "s", ours: each("claimed"), beside },
    ];
  },
};

/** Seconds. */
interface Turn {
  readonly bare: number;
  readonly ready: number;
  readonly claimed: number;
}

async function bareStart(): Promise<number> {
  const started = Date.now();
  await using bare = startProgram(["-e", ""]);
  await once(bare.child, "exit");
  return (Date.now() - started) / 1_000;
}

async function begun(
  neighbour: Neighbour,
  store: string,
  papers: Papers,
): Promise<Pick<Turn, "ready" | "claimed">> {
  await using home = await homeAt(neighbour);
  await cp(store, home.config.dataDir, { recursive: true });
  await (
    await papers.prepare(home.inbox)
  )();
  const started = Date.now();
  const words = [builtMain(), "run", "--config", home.configFile];
  await using _ = startProgram(words, { OPENAI_API_KEY: neighbour.key });
  /** Seconds until the first line about it. */
  const secondsTo = async (event: string) => {
    const lines = await home.logs().catch(() => []);
    const first = lines.find((line) => line["event"] === event);
    return first ? (Date.parse(String(first["time"])) - started) / 1_000 : null;
  };
  await until(async () => (await secondsTo("document.claimed")) !== null);
  const [ready, claimed] = [
    await secondsTo("folder.watching"),
    await secondsTo("document.claimed"),
  ];
  return { ready: ready ?? Number.NaN, claimed: claimed ?? Number.NaN };
}
