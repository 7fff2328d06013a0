import { monitorEventLoopDelay } from "node:perf_hooks";
import { parseArgs } from "node:util";
import { openDaemon } from "../src/daemon.ts";
import { invoice } from "../test/helpers/pdf.ts";
import { homeAt } from "../test/helpers/run-once.ts";
import { until } from "../test/helpers/watching.ts";
import { heapUsed, taken } from "./heap.ts";
import { startNeighbour } from "./neighbour.ts";

/**
 * One daemon without a restart, as its store grows: prints after each thousand what a file took, how long
 * the event loop stood still, and the heap.
 *
 *     node --expose-gc bench/long.ts --files 5000
 */
const { values } = parseArgs({
  options: {
    files: { type: "string", default: "5000" },
    step: { type: "string", default: "1000" },
  },
});
const [files, step] = [Number(values.files), Number(values.step)];

await using sandbox = await startNeighbour();
await using home = await homeAt(sandbox, {
  budget: { perDay: null, perMonth: null },
  concurrency: 8,
});
let finished = 0;
await using daemon = await openDaemon(home.config, {
  keys: new Map([["openai", sandbox.key]]),
  eyes: (line) => {
    // The last that is stored of a document.
    if (line.includes('"upload.deleted"')) finished += 1;
  },
});
const ended = daemon.watch();
const delay = monitorEventLoopDelay({ resolution: 10 });
const milliseconds = (nanoseconds: number) => Math.round(nanoseconds / 1e6);
const table: Record<string, number>[] = [];
for (let done = 0; done < files; done += step) {
  for (let number = done; number < done + step; number += 1) {
    await home.drop(`${done}/scan${number}.pdf`, await invoice(`RE-${number}`));
  }
  const before = finished;
  const started = performance.now();
  delay.reset();
  delay.enable();
  await until(() => finished >= done + step);
  delay.disable();
  const took = performance.now() - started;
  table.push({
    records: done + step,
    "ms a file": Number((took / (done + step - before)).toFixed(1)),
    "delay p50 ms": milliseconds(delay.percentile(50)),
    "delay p99 ms": milliseconds(delay.percentile(99)),
    "delay max ms": milliseconds(delay.max),
    "heap MB": await heapUsed(),
    "RSS MB": taken(),
  });
  console.error(JSON.stringify(table.at(-1)));
}
daemon.stop();
await ended;
console.table(table);
