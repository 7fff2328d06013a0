import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type Benchmark, inTurns, timed } from "./benchmark.ts";
import { builtMain, startProgram } from "./built.ts";
import { records, storeOf } from "./records.ts";
import { scratch } from "./scratch.ts";

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
    await storeOf(place.path, records(count));
    const { opened, parsed } = await inTurns(repeats, {
      parsed: () => measure("parse", place.path),
      opened: () => measure("open", place.path),
    });
    return [
      {
        what: `opening ${count.toLocaleString("en")} records`,
        unit: "ms",
        ours: opened,
        beside: { what: "JSON.parse", measured: parsed },
        must: { ratio: "at most", bound: 1.5 },
      },
    ];
  },
};

async function measure(how: "open" | "parse", folder: string): Promise<number> {
  const module = join(builtMain(), "../store/store.js");
  await using program = startProgram([import.meta.filename, how, folder, module]);
  return (await once(program.child, "message"))[0] as number;
}

if (import.meta.main) {
  const [how, folder = "", module = ""] = process.argv.slice(2);
  const { openStore } = (await import(module)) as typeof import("../src/store/store.ts");
  const file = join(folder, "documents.json");
  const took =
    how === "open"
      ? await timed(() => openStore(folder))
      : await timed(async () => void JSON.parse(await readFile(file, "utf8")));
  process.send?.(took);
}
