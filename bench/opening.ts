import { cp, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { DocumentRecord } from "../src/store/record.ts";
import { openStore } from "../src/store/store.ts";
import { type Benchmark, inTurns, timed } from "./benchmark.ts";
import { builtMain, startProgram } from "./built.ts";
import { records, storeOf } from "./records.ts";
import { scratch } from "./scratch.ts";
import { toldBy } from "./told.ts";

/**
 * Opening a store for work, as `autod run` does, beside reading and parsing the same bytes and nothing else: each
 * in a process of its own, which has loaded its code and done nothing so far.
 */
export const opening: Benchmark = {
  name: "opening",
  about: "opening the store, checksums and all, against a bare JSON.parse of its file",
  async run({ of, repeats }) {
    const count = of(20_000, 10);
    await using place = await scratch();
    const [folder, killed] = [join(place.path, "ended"), join(place.path, "killed")];
    const all = records(count);
    await storeOf(folder, all);
    await copyAtWork(folder, killed, all.slice(0, count / 5));
    const { parsed, opened, replayed } = await inTurns(repeats, {
      parsed: () => measure("parse", folder),
      opened: () => measure("open", folder),
      replayed: () => measure("open", killed),
    });
    const beside = { what: "JSON.parse", measured: parsed };
    return [
      {
        what: `opening ${count.toLocaleString("en")} records`,
        unit: "ms",
        ours: opened,
        beside,
        must: { ratio: "at most", bound: 1.5 },
      },
      { what: "the same after a kill, a fifth in the journal", unit: "ms", ours: replayed, beside },
    ];
  },
};

/** Copies a store while it is at work, as a kill would leave it: the snapshot, and these in the journal. */
async function copyAtWork(
  folder: string,
  target: string,
  changed: readonly DocumentRecord[],
): Promise<void> {
  await using store = await openStore(folder);
  // Not so many that the snapshot would be made anew.
  await Promise.all(changed.map((record) => store.commit({ ...record, attempts: 2 })));
  await cp(folder, target, { recursive: true });
}

async function measure(how: "open" | "parse", folder: string): Promise<number> {
  const module = join(builtMain(), "../store/store.js");
  await using program = startProgram([import.meta.filename, how, folder, module]);
  return (await toldBy(program)) as number;
}

if (import.meta.main) {
  const [how, folder = "", module = ""] = process.argv.slice(2);
  const published = (await import(module)) as typeof import("../src/store/store.ts");
  const file = join(folder, "documents.json");
  const took =
    how === "open"
      ? await timed(() => published.openStore(folder))
      : await timed(async () => void JSON.parse(await readFile(file, "utf8")));
  process.send?.(took);
}
