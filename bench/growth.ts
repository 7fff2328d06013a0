import { cp, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { DocumentRecord } from "../src/store/record.ts";
import { type Home, makeHome } from "../test/helpers/home.ts";
import { homeAt } from "../test/helpers/run-once.ts";
import { type Benchmark, inTurns, type Row, timed } from "./benchmark.ts";
import { builtMain, startWatching } from "./built.ts";
import { metered } from "./metered.ts";
import { type Neighbour, startNeighbour } from "./neighbour.ts";
import { makePapers, type Papers } from "./papers.ts";
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
    const [few, some, more, most] = [of(100, 1), of(1_000, 2), of(10_000, 3), of(20_000, 4)];
    await using place = await scratch();
    const stores = new Map<number, Stored>();
    for (const count of [few, some, more, most]) {
      const all = records(count);
      const dataDir = join(place.path, String(count));
      await storeOf(dataDir, all);
      stores.set(count, { dataDir, all });
    }
    const at = (count: number) => stores.get(count) as Stored;
    const papers = await makePapers(join(place.path, "papers"), of(200, 5));
    return [
      ...(await filing(repeats, papers, at, [few, some, more, most])),
      ...(await looking(repeats, at, [few, more, most])),
      ...(await others(repeats, at(most))),
    ];
  },
};

/** A store that is copied, never worked with, and what is in it. */
interface Stored {
  readonly dataDir: string;
  readonly all: readonly DocumentRecord[];
}

type At = (count: number) => Stored;

async function filing(
  repeats: number,
  papers: Papers,
  at: At,
  [few, ...counts]: readonly [number, ...number[]],
): Promise<Row[]> {
  await using neighbour = await startNeighbour();
  const acts = [few, ...counts].map((count) => [
    named(count),
    () => fileBeside(at(count), neighbour, papers),
  ]);
  const took = await inTurns(repeats, Object.fromEntries(acts));
  return counts.map((count) => ({
    what: `filing a document beside ${named(count)}`,
    unit: "ms",
    ours: took[named(count)] ?? [],
    beside: { what: `beside ${named(few)}`, measured: took[named(few)] ?? [] },
    must: { ratio: "at most", bound: 1.3 },
  }));
}

/** Milliseconds a document. */
async function fileBeside(stored: Stored, neighbour: Neighbour, papers: Papers): Promise<number> {
  const settings = { budget: { perDay: null, perMonth: null }, concurrency: 8 };
  await using home = await homeAt(neighbour, settings);
  await furnish(home, stored);
  const drop = await papers.prepare(home.inbox);
  await using _ = await startWatching(home, neighbour.key);
  const since = await neighbour.seen();
  const took = await timed(async () => {
    await drop();
    await neighbour.served(papers.names.length, since);
  });
  if ((await home.filed()).length !== papers.names.length) throw new Error("not all were filed");
  return took / papers.names.length;
}

async function looking(
  repeats: number,
  at: At,
  counts: readonly [number, number, number],
): Promise<Row[]> {
  const [few, more, most] = counts;
  await using homes = new AsyncDisposableStack();
  const lookAt = new Map<number, Look>();
  for (const count of counts) {
    const home = homes.use(await makeHome());
    await furnish(home, at(count));
    lookAt.set(count, looksInto(home));
  }
  const unknown = "%PDF-1.7 nothing of this is known\n%%EOF";
  const rows: Row[] = [];
  for (const command of ["list", "status", "why"]) {
    const acts = counts.map((count) => {
      const { home, look } = lookAt.get(count) as Look;
      const words = async () =>
        command === "why" ? [command, await home.drop("scan.pdf", unknown)] : [command];
      return [named(count), async () => await look(...(await words()))];
    });
    const took = await inTurns(repeats, Object.fromEntries(acts));
    const of = (count: number) => took[named(count)] ?? [];
    // What starting takes is in both, and isn't the records'.
    const perThousand = (count: number) =>
      of(count).map((one, turn) => ((one - (of(few)[turn] ?? 0)) / (count - few)) * 1_000);
    rows.push(
      {
        what: `autod ${command} beside ${named(most)}`,
        unit: "s",
        ours: of(most).map((one) => one / 1_000),
        must: { value: "at most", bound: 1 },
      },
      {
        what: `autod ${command}, each 1,000 more up to ${named(most)}`,
        unit: "ms",
        ours: perThousand(most),
        beside: { what: `up to ${named(more)}`, measured: perThousand(more) },
        must: { ratio: "at most", bound: 1.3 },
      },
    );
  }
  return rows;
}

async function others(repeats: number, stored: Stored): Promise<Row[]> {
  await using home = await makeHome();
  await furnish(home, stored);
  const { look } = looksInto(home);
  const file = JSON.stringify(join(stored.dataDir, "documents.json"));
  const bare = `JSON.parse(require("fs").readFileSync(${file}, "utf8"))`;
  const commands: readonly (readonly string[])[] = [
    ["search", word(25), word(80), "--limit", "20"],
    ["show", stored.all[0]?.id ?? ""],
    ["history", "--limit", "20"],
    ["costs"],
  ];
  const took: Partial<Record<string, number[]>> = await inTurns(repeats, {
    bare: async () => (await metered("-e", bare)).wall,
    ...Object.fromEntries(commands.map((words) => [words[0], () => look(...words)])),
  });
  return commands.map(([name = ""]) => ({
    what: `autod ${name} beside ${named(stored.all.length)}`,
    unit: "ms",
    ours: took[name] ?? [],
    beside: { what: "JSON.parse", measured: took["bare"] ?? [] },
  }));
}

interface Look {
  readonly home: Home;
  /** Milliseconds that a command took, start and all. */
  readonly look: (...words: readonly string[]) => Promise<number>;
}

const looksInto = (home: Home): Look => ({
  home,
  look: async (...words) =>
    (await metered(builtMain(), ...words, "--config", home.configFile)).wall,
});

const named = (count: number): string => `${count.toLocaleString("en")} documents`;

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
