import { parseArgs } from "node:util";
import { invoice } from "../test/helpers/pdf.ts";
import { countResources } from "../test/helpers/resources.ts";
import { homeAt } from "../test/helpers/run-once.ts";
import { watching } from "../test/helpers/watching.ts";
import { heapUsed, taken } from "./heap.ts";
import { startNeighbour } from "./neighbour.ts";

/**
 * Weeks of work in minutes: opens the daemon, has it file so many PDFs, closes it, again and again, and prints
 * after each round what the process still holds. Only the heap may grow, by the records; with `--fresh` each
 * round has a store of its own, so that nothing may.
 *
 *     node --expose-gc bench/weeks.ts --rounds 10 --files 1000 --fresh
 */
const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "10" },
    files: { type: "string", default: "1000" },
    fresh: { type: "boolean", default: false },
  },
});
const [rounds, files] = [Number(values.rounds), Number(values.files)];

await using sandbox = await startNeighbour();
const settings = { budget: { perDay: null, perMonth: null }, concurrency: 8 };
await using homes = new AsyncDisposableStack();
let home = homes.use(await homeAt(sandbox, settings));
const table: Record<string, unknown>[] = [];
for (let round = 1; round <= rounds; round += 1) {
  if (values.fresh) home = homes.use(await homeAt(sandbox, settings));
  for (let number = 0; number < files; number += 1) {
    await home.drop(`${round}/scan${number}.pdf`, await invoice(`RE-${round}-${number}`));
  }
  const started = performance.now();
  {
    await using daemon = await watching(home, sandbox);
    await daemon.have("archived", values.fresh ? files : round * files);
  }
  const took = performance.now() - started;
  const heap = await heapUsed();
  table.push({
    round,
    ...(await countResources()),
    "heap MB": heap,
    "RSS MB": taken(),
    "ms a file": Number((took / files).toFixed(1)),
  });
  console.error(JSON.stringify(table.at(-1)));
}
console.table(table);
