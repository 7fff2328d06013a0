import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { link, mkdir, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { promisify } from "node:util";
import type { DocumentRecord } from "../src/store/record.ts";
import { openStore } from "../src/store/store.ts";
import type { Home } from "../test/helpers/home.ts";
import { homeAt } from "../test/helpers/run-once.ts";
import { until } from "../test/helpers/watching.ts";
import { seededRecord } from "../test/helpers/seeded-store.ts";
import { setAsideBarely } from "./aside.ts";
import { type Benchmark, inTurns, timed } from "./benchmark.ts";
import { startWatching } from "./built.ts";
import { type Neighbour, startNeighbour } from "./neighbour.ts";
import { makePapers, type Papers } from "./papers.ts";
import { scratch } from "./scratch.ts";

const run = promisify(execFile);

/**
 * How fast autod is done with files whose bytes it knows, so that nothing is asked.
 *
 * All of them are in the archive and in the store. Copies, which are on the disk already, are moved into the inbox
 * of an autod that runs; it is done when nothing is left there, nor in its staging. Each time the home is a new
 * one. Beside it one process of sha256sum reads the same files, which is what anybody has to do to know them; and
 * `aside.ts` moves them as durably, which is the least that Node can do.
 */
export const known: Benchmark = {
  name: "known",
  about: "files that are known already dropped again, beside sha256sum of them",
  async run({ of, repeats }) {
    const count = of(5_000, 20);
    await using place = await scratch();
    const papers = await makePapers(join(place.path, "papers"), { count });
    const records = await recordsOf(papers);
    await using neighbour = await startNeighbour();
    const byAutod = (concurrency: number, duplicates: "move" | "delete") =>
      take({ neighbour, papers, records, concurrency, duplicates });
    const { moved, deleted, more, few, many, sha256sum } = await inTurns(repeats, {
      sha256sum: () => perSecond(count, () => hashAll(papers)),
      few: () => takeBarely(papers, records, 4),
      // So many are looked at side by side once they turn out to be known.
      many: () => takeBarely(papers, records, 20),
      moved: () => byAutod(4, "move"),
      deleted: () => byAutod(4, "delete"),
      more: () => byAutod(16, "move"),
    });
    const beside = { what: "sha256sum", measured: sha256sum };
    const unit = "documents/s";
    return [
      {
        what: `${count} duplicates moved aside, 4 at a time`,
        unit,
        ours: moved,
        beside,
        must: { ratio: "at least", bound: 0.5 },
      },
      {
        what: "the same",
        unit,
        ours: moved,
        beside: { what: "bare Node, 4 at a time", measured: few },
      },
      {
        what: "the same",
        unit,
        ours: moved,
        beside: { what: "bare Node, 20 at a time", measured: many },
      },
      { what: "duplicates: delete", unit, ours: deleted, beside },
      { what: "moved aside, 16 at a time", unit, ours: more, beside },
    ];
  },
};

const perSecond = async (count: number, act: () => Promise<unknown>) =>
  (count / (await timed(act))) * 1_000;

const hashAll = ({ folder, names }: Papers) =>
  run("sha256sum", names, { cwd: folder, maxBuffer: 2 ** 30 });

/** A record for each paper; where it stands is told later. */
async function recordsOf({ folder, names }: Papers): Promise<readonly DocumentRecord[]> {
  const records: DocumentRecord[] = [];
  for (const [number, name] of names.entries()) {
    const bytes = await readFile(join(folder, name));
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    const id = sha256.slice(0, 12);
    records.push({ ...seededRecord(number), id, sha256, bytes: bytes.length });
  }
  return records;
}

interface Round {
  readonly neighbour: Neighbour;
  readonly papers: Papers;
  readonly records: readonly DocumentRecord[];
  readonly concurrency: number;
  readonly duplicates: "move" | "delete";
}

/** How many of them autod takes a second. */
async function take(round: Round): Promise<number> {
  const { neighbour, papers, records, concurrency, duplicates } = round;
  await using home = await homeAt(neighbour, { concurrency }, { duplicates });
  await fill(home, papers, records);
  const drop = await papers.prepare(home.inbox);
  // What was copied just now is written out, so that it isn't waited for later.
  await run("sync");
  const idle = await neighbour.seen();
  await using _ = await startWatching(home, neighbour.key);
  // At its start autod asks once which uploads are left.
  await until(async () => (await neighbour.seen()).requests > idle.requests);
  const before = await neighbour.seen();
  const rate = await perSecond(papers.names.length, async () => {
    await drop();
    while (await isLeft(home)) await setTimeout(50);
  });
  const { requests } = await neighbour.seen();
  if (requests !== before.requests) throw new Error("the API was asked");
  const lines = (await home.logs()).filter(({ event }) => event === "document.duplicate");
  if (lines.length !== papers.names.length) throw new Error("not all were taken for duplicates");
  return rate;
}

/** The same by the least that does it: `aside.ts`. */
async function takeBarely(
  papers: Papers,
  records: readonly DocumentRecord[],
  concurrency: number,
): Promise<number> {
  await using place = await scratch();
  const [inbox = "", staging = "", aside = ""] = ["inbox", "staging", "aside"].map((name) =>
    join(place.path, name),
  );
  for (const folder of [inbox, staging, aside]) await mkdir(folder);
  const hashes = new Set(records.map(({ sha256 }) => sha256));
  const drop = await papers.prepare(inbox);
  await run("sync");
  return await perSecond(papers.names.length, async () => {
    await drop();
    await setAsideBarely({ inbox, staging, aside }, hashes, concurrency);
  });
}

/** Puts all papers into the archive and the store. */
async function fill(home: Home, { folder, names }: Papers, records: readonly DocumentRecord[]) {
  const year = join(home.archive, "2026");
  await mkdir(year);
  await mkdir(home.config.dataDir);
  await using store = await openStore(home.config.dataDir);
  const commits = records.map(async (record, number) => {
    const name = names[number] ?? "";
    const filedAs = join(year, name);
    await link(join(folder, name), filedAs);
    await store.commit({ ...record, filedAs });
  });
  await Promise.all(commits);
}

async function isLeft({ inbox }: Home): Promise<boolean> {
  if ((await readdir(inbox)).length > 1) return true;
  const [instance = ""] = await readdir(join(inbox, ".autod/staging"));
  return (await readdir(join(inbox, ".autod/staging", instance))).length > 0;
}
