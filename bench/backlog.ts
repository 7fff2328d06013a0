import { mkdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import type { Home } from "../test/helpers/home.ts";
import { invoice } from "../test/helpers/pdf.ts";
import { homeAt } from "../test/helpers/run-once.ts";
import { until } from "../test/helpers/watching.ts";
import type { Benchmark } from "./benchmark.ts";
import { startWatching } from "./built.ts";
import { type Neighbour, startNeighbour } from "./neighbour.ts";

/**
 * What a full inbox means to what comes next.
 *
 * Files with bytes of their own that are no PDFs, so that nothing is asked, lie there when autod starts. Once a
 * quarter of them has been claimed, an invoice comes: it is measured until that is claimed, and how fast all of
 * them were.
 */
export const backlog: Benchmark = {
  name: "backlog",
  about: "how long a file waits that comes while the inbox is full, and how fast that gets empty",
  async run({ of, repeats }) {
    const files = of(20_000, 200);
    await using neighbour = await startNeighbour();
    const rounds = [];
    for (let round = 0; round < repeats; round += 1) rounds.push(await empty(neighbour, files));
    return [
      {
        what: `a new file beside ${files} others`,
        unit: "s",
        ours: rounds.map(({ waited }) => waited),
      },
      {
        what: "claimed of the others",
        unit: "documents/s",
        ours: rounds.map(({ rate }) => rate),
      },
    ];
  },
};

async function empty(neighbour: Neighbour, files: number) {
  await using home = await homeAt(neighbour);
  await pour(home, files);
  await using _ = await startWatching(home, neighbour.key);
  await until(async () => {
    await setTimeout(500);
    return (await claims(home)).length > files / 4;
  });
  const fresh = await home.drop("fresh.pdf", await invoice("RE-1"));
  const came = Date.now();
  let all = await claims(home);
  await until(async () => {
    await setTimeout(500);
    all = await claims(home);
    return all.length > files;
  });
  const times = all.map(({ at }) => at);
  const took = Math.max(...times) - Math.min(...times);
  const taken = all.find(({ path }) => path === fresh)?.at ?? Number.NaN;
  return { waited: (taken - came) / 1_000, rate: (files / took) * 1_000 };
}

async function pour({ folder, inbox }: Home, files: number): Promise<void> {
  const beside = join(folder, "beside");
  await mkdir(beside);
  for (let number = 0; number < files; number += 1) {
    const name = `${number}.pdf`;
    await writeFile(join(beside, name), `%PDF-1.7 ${number} %%EOF`);
    await rename(join(beside, name), join(inbox, name));
  }
}

const claims = async (home: Home) =>
  (await home.logs())
    .filter(({ event }) => event === "document.claimed")
    .map(({ path, time }) => ({ path, at: Date.parse(String(time)) }));
