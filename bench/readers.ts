import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { DocumentRecord } from "../src/store/record.ts";
import type { Home } from "../test/helpers/home.ts";
import { homeAt } from "../test/helpers/run-once.ts";
import { until } from "../test/helpers/watching.ts";
import { timed } from "./benchmark.ts";
import { type Program, startProgram, startWatching } from "./built.ts";
import type { Neighbour } from "./neighbour.ts";
import type { Papers } from "./papers.ts";
import { records, storeOf } from "./records.ts";

/** A program that has PDFs read which are dropped into the inbox of a home. */
export interface Reader {
  /** Starts it, on a home that knows so many documents; it is ready when this resolves. */
  readonly start: (home: Home, neighbour: Neighbour, known: number) => Promise<Program>;
  /** Resolves when it has read all that was dropped and has nothing more to do. */
  readonly read: (program: Program, contest: Contest, drop: () => Promise<void>) => Promise<void>;
}

/** What they have to do. */
export interface Contest {
  readonly neighbour: Neighbour;
  readonly papers: Papers;
  /** Others, which are read first and don't count: code is slow at first. */
  readonly warmUp: Papers;
  /** Of the configuration. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** How many documents are known before. */
  readonly known?: number;
}

/** Documents a second. */
export async function speedOf(reader: Reader, contest: Contest): Promise<number> {
  const { neighbour, papers, warmUp, settings, known = 0 } = contest;
  await using home = await homeAt(neighbour, {
    budget: { perDay: null, perMonth: null },
    ...settings,
  });
  const [first, second] = [await warmUp.prepare(home.inbox), await papers.prepare(home.inbox)];
  await using program = await reader.start(home, neighbour, known);
  await reader.read(program, { ...contest, papers: warmUp }, first);
  const took = await timed(() => reader.read(program, contest, second));
  return (papers.names.length / took) * 1_000;
}

export const autod: Reader = {
  async start(home, { key }, known) {
    await storeOf(home.config.dataDir, records(known));
    return await startWatching(home, key);
  },
  read: (_, { neighbour, papers }, drop) => dropAndWait(neighbour, papers, drop),
};

/** `floor.ts`: the bare SDK. */
export const floor: Reader = {
  async start({ configFile }, { key }) {
    const script = join(import.meta.dirname, "floor.ts");
    const program = startProgram([script, configFile], { OPENAI_API_KEY: key });
    await once(program.child, "message");
    return program;
  },
  async read({ child }, _, drop) {
    await drop();
    child.send("go");
    await once(child, "message");
  },
};

/** `naive.ts`: what a user would write. */
export const naive: Reader = {
  async start({ inbox, archive, folder }, { url, key }, known) {
    const database = join(folder, "papers.json");
    const papers = Object.fromEntries(records(known).map((one) => [one.sha256, naiveEntry(one)]));
    await writeFile(database, JSON.stringify({ papers }, null, 2));
    const program = startProgram([join(import.meta.dirname, "naive.ts")], {
      INBOX: inbox,
      ARCHIVE: archive,
      DATABASE: database,
      OPENAI_BASE_URL: url,
      OPENAI_API_KEY: key,
    });
    await once(program.child, "message");
    return program;
  },
  async read({ child }, { neighbour, papers }, drop) {
    let filed = 0;
    const count = () => (filed += 1);
    child.on("message", count);
    await dropAndWait(neighbour, papers, drop);
    await until(() => filed === papers.names.length);
    child.off("message", count);
  },
};

/** Drops papers, and waits until nothing of them is open at the API. */
export async function dropAndWait(neighbour: Neighbour, papers: Papers, drop: () => Promise<void>) {
  const since = await neighbour.seen();
  await drop();
  await neighbour.served(papers.names.length, since);
}

/** The same document as the naive script keeps it. */
const naiveEntry = ({ extraction, filedAs, createdAt }: DocumentRecord) => ({
  ...extraction,
  file: filedAs,
  at: createdAt,
  tokens: 2_236,
});
