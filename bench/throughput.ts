import { once } from "node:events";
import { join } from "node:path";
import { type Benchmark, inTurns, timed } from "./benchmark.ts";
import { type Program, startProgram, startWatching } from "./built.ts";
import { homeAt } from "../test/helpers/run-once.ts";
import { dir } from "tmp-promise";
import type { Home } from "../test/helpers/home.ts";
import { type Neighbour, startNeighbour } from "./neighbour.ts";
import { makePapers, type Papers } from "./papers.ts";

const unlimited = { budget: { perDay: null, perMonth: null } };

/** What the API and the machine allow, and what autod makes of it. */
export const throughput: Benchmark = {
  name: "throughput",
  about: "documents a second, the API without latency, 8 at a time, beside the bare SDK",
  async run({ of, repeats }) {
    const count = of(1_000, 20);
    await using place = await scratch();
    const papers = await makePapers(join(place.path, "papers"), count);
    await using neighbour = await startNeighbour();
    const settings = { ...unlimited, concurrency: 8 };
    const { autod, floor } = await inTurns(repeats, {
      floor: () => besides(neighbour, papers, settings),
      autod: () => byAutod(neighbour, papers, settings),
    });
    const beside = { what: "bare SDK", measured: floor };
    return [
      {
        what: `${count} PDFs`,
        unit: "documents/s",
        ours: autod,
        beside,
        must: { ratio: "at least", bound: 0.85 },
      },
    ];
  },
};

const scratch = async () => {
  const { path, cleanup } = await dir({ unsafeCleanup: true, prefix: "autod-bench-" });
  return { path, [Symbol.asyncDispose]: cleanup };
};

async function byAutod(neighbour: Neighbour, papers: Papers, settings: object) {
  await using home = await homeAt(neighbour, settings as never);
  const drop = await papers.prepare(home.inbox);
  await using _ = await startWatching(home, neighbour.key);
  const since = await neighbour.seen();
  const took = await timed(async () => {
    await drop();
    await neighbour.served(papers.names.length, since);
  });
  if ((await home.filed()).length !== papers.names.length) throw new Error("not all were filed");
  return (papers.names.length / took) * 1_000;
}

async function besides(neighbour: Neighbour, papers: Papers, settings: object) {
  await using home = await homeAt(neighbour, settings as never);
  const drop = await papers.prepare(home.inbox);
  await using floor = await startFloor(home, neighbour);
  await drop();
  const took = await timed(async () => {
    floor.child.send("go");
    await once(floor.child, "message");
  });
  return (papers.names.length / took) * 1_000;
}

async function startFloor(home: Home, { key }: Neighbour): Promise<Program> {
  const script = join(import.meta.dirname, "floor.ts");
  const floor = startProgram([script, home.configFile], { OPENAI_API_KEY: key });
  await once(floor.child, "message");
  return floor;
}
