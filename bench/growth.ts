import { cp, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { DocumentRecord } from "../src/store/record.ts";
import { type Home, makeHome } from "../test/helpers/home.ts";
import { homeAt } from "../test/helpers/run-once.ts";
import { type Benchmark, inTurns, type Row, timed } from "./benchmark.ts";
import { builtMain, processorOf, startWatching } from "./built.ts";
import { metered } from "./metered.ts";
import { type Neighbour, startNeighbour } from "./neighbour.ts";
import { makePapers, type Papers } from "./papers.ts";
import { dropAndWait } from "./readers.ts";
import { records, storeOf, word } from "./records.ts";
import { scratch } from "./scratch.ts";

/**
 * What autod takes the longer, and what not, the more documents it knows.
 *
 * A watching autod whose store holds so many is given new ones, 8 at a time, by a stand-in without latency, from
 * the moment that they are moved in until nothing of them is open at the API. Commands that look are timed from
 * the start of their process to its end.
 */
export const growth: Benchmark = {
  name: "growth",
  about: "filing and looking beside ever more documents, against few of them",
  async run({ of, repeats }) {
    await using place = await scratch();
    const store = async (count: number): Promise<Stored> => {
      const all = records(count);
      const dataDir = join(place.path, String(count));
      await storeOf(dataDir, all);
      return { dataDir, all };
    };
    const stores = {
      few: await store(of(100, 1)),
      some: await store(of(1_000, 2)),
      more: await store(of(10_000, 3)),
      most: await store(of(20_000, 4)),
    };
    const papers = await makePapers(join(place.path, "papers"), { count: of(200, 5) });
    return [
      ...(await filing(repeats, papers, stores)),
      ...(await looking(repeats, stores)),
      ...(await others(repeats, stores.most)),
    ];
  },
};

/** A store that is copied, never worked with, and what is in it. */
interface Stored {
  readonly dataDir: string;
  readonly all: readonly DocumentRecord[];
}

type Stores = Readonly<Record<"few" | "some" | "more" | "most", Stored>>;

async function filing(repeats: number, papers: Papers, stores: Stores): Promise<Row[]> {
  await using neighbour = await startNeighbour();
  const file = (name: keyof Stores) => () => fileBeside(stores[name], neighbour, papers);
  const took = await inTurns(repeats, {
    few: file("few"),
    some: file("some"),
    more: file("more"),
    most: file("most"),
  });
  const all = (name: keyof Stores, what: "wall" | "cpu") => took[name].map((one) => one[what]);
  const what = `beside ${named(stores.few)}`;
  return (["some", "more", "most"] as const).flatMap((name): Row[] => [
    {
      what: `filing a document beside ${named(stores[name])}`,
      unit: "ms",
      ours: all(name, "wall"),
      beside: { what, measured: all("few", "wall") },
      must: { ratio: "at most", bound: 1.3 },
    },
    // What else the machine does is hardly in this.
    ...(process.platform === "linux"
      ? [
          {
            what: "of the processor",
            unit: "ms" as const,
            ours: all(name, "cpu"),
            beside: { what, measured: all("few", "cpu") },
          },
        ]
      : []),
  ]);
}

/** Milliseconds a document: until it is filed, and of autod's processor time, where Linux tells it. */
async function fileBeside(stored: Stored, neighbour: Neighbour, papers: Papers) {
  const settings = { budget: { perDay: null, perMonth: null }, concurrency: 8 };
  await using home = await homeAt(neighbour, settings);
  await furnish(home, stored);
  const drop = await papers.prepare(home.inbox);
  await using autod = await startWatching(home, neighbour.key);
  const cpuSoFar = () => (process.platform === "linux" ? processorOf(autod.pid) : Number.NaN);
  const before = cpuSoFar();
  const took = await timed(() => dropAndWait(neighbour, papers, drop));
  const cpu = cpuSoFar() - before;
  if ((await home.filed()).length !== papers.names.length) throw new Error("not all were filed");
  return { wall: took / papers.names.length, cpu: cpu / papers.names.length };
}

async function looking(repeats: number, { few, more, most }: Stores): Promise<Row[]> {
  await using homes = new AsyncDisposableStack();
  const homeOf = async (stored: Stored) => {
    const home = homes.use(await makeHome());
    await furnish(home, stored);
    // Nothing of it is known, and nobody takes it.
    const file = await home.drop("scan.pdf", "%PDF-1.7 nothing of this is known\n%%EOF");
    return { home, file };
  };
  const [atFew, atMore, atMost] = [await homeOf(few), await homeOf(more), await homeOf(most)];
  const rows: Row[] = [];
  for (const command of ["list", "status", "why"]) {
    const ask = ({ home, file }: typeof atFew) =>
      look(home, command, ...(command === "why" ? [file] : []));
    const took = await inTurns(repeats, {
      few: () => ask(atFew),
      more: () => ask(atMore),
      most: () => ask(atMost),
    });
    // What starting takes is in both, and isn't the records'.
    const perThousand = (name: "more" | "most", { all }: Stored) =>
      took[name].map(
        (one, turn) =>
          ((one - (took.few[turn] ?? Number.NaN)) / (all.length - few.all.length)) * 1_000,
      );
    rows.push(
      {
        what: `autod ${command} beside ${named(most)}`,
        unit: "s",
        ours: took.most.map((one) => one / 1_000),
        must: { value: "at most", bound: 1 },
      },
      {
        what: `autod ${command}, each 1,000 more up to ${named(most)}`,
        unit: "ms",
        ours: perThousand("most", most),
        beside: { what: `up to ${named(more)}`, measured: perThousand("more", more) },
        must: { ratio: "at most", bound: 1.3 },
      },
    );
  }
  return rows;
}

async function others(repeats: number, most: Stored): Promise<Row[]> {
  await using home = await makeHome();
  await furnish(home, most);
  const file = JSON.stringify(join(most.dataDir, "documents.json"));
  const bare = `JSON.parse(require("fs").readFileSync(${file}, "utf8"))`;
  const took = await inTurns(repeats, {
    bare: async () => (await metered("-e", bare)).wall,
    search: () => look(home, "search", word(25), word(80), "--limit", "20"),
    show: () => look(home, "show", most.all[0]?.id ?? ""),
    history: () => look(home, "history", "--limit", "20"),
    costs: () => look(home, "costs"),
  });
  return (["search", "show", "history", "costs"] as const).map((name) => ({
    what: `autod ${name} beside ${named(most)}`,
    unit: "ms",
    ours: took[name],
    beside: { what: "JSON.parse", measured: took.bare },
  }));
}

/** Milliseconds that a command takes, start and all. */
const look = async ({ configFile }: Home, ...words: readonly string[]): Promise<number> =>
  (await metered(builtMain(), ...words, "--config", configFile)).wall;

const named = ({ all: { length } }: Stored): string => `${length.toLocaleString("en")} documents`;

/** Gives a home what such a store goes with: itself, and the log that tells of each of its calls. */
async function furnish({ config }: Home, { dataDir, all }: Stored): Promise<void> {
  await cp(dataDir, config.dataDir, { recursive: true });
  const bills = all.map(({ id, sha256, folder, calls: [call] }) =>
    JSON.stringify({
      level: "info",
      event: "call.billed",
      first: true,
      ...call,
      folder,
      id,
      sha256,
    }),
  );
  await mkdir(config.logs.dir, { recursive: true });
  await writeFile(join(config.logs.dir, "autod.2026-01-01.1.log"), `${bills.join("\n")}\n`);
}
