import { mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { openStore } from "../src/store/store.ts";
import { seededRecord, seedStore } from "../test/helpers/seeded-store.ts";

/**
 * What the store costs as it grows: a commit beside that of a small store, opening beside a bare JSON.parse of
 * as much, and how long nobody else gets a turn while the journal becomes a part of the snapshot.
 *
 *     node --expose-gc bench/store.ts
 */
const folder = await mkdtemp(join(tmpdir(), "autod-bench-"));

const median = (measured: readonly number[]): number =>
  measured.toSorted((a, b) => a - b)[Math.floor(measured.length / 2)] ?? 0;

const timed = async (act: () => unknown): Promise<number> => {
  const started = performance.now();
  await act();
  return performance.now() - started;
};

const records = (count: number) =>
  Array.from({ length: count }, (_, number) => seededRecord(number));

/** Milliseconds that one commit takes, one after the other. */
async function commits(count: number): Promise<number> {
  const dataDir = join(folder, `commit-${count}`);
  await seedStore(dataDir, records(count));
  await using store = await openStore(dataDir);
  const measured: number[] = [];
  // None of them makes the snapshot anew: that has a row of its own.
  for (let time = 0; time < 300; time += 1) {
    measured.push(await timed(() => store.commit(seededRecord(time % count, { attempts: time }))));
  }
  return median(measured);
}

const turns = async (rounds: number, act: () => Promise<number>): Promise<number> => {
  const measured: number[] = [];
  for (let round = 0; round < rounds; round += 1) measured.push(await act());
  return median(measured);
};

const few = await turns(3, () => commits(100));
const many = await turns(3, () => commits(100_000));
const [opened, parsed] = [[] as number[], [] as number[]];
{
  const dataDir = join(folder, "open");
  await mkdir(dataDir);
  {
    await using store = await openStore(dataDir);
    await Promise.all(records(20_000).map(store.commit));
  }
  for (let round = 0; round < 7; round += 1) {
    globalThis.gc?.();
    const path = join(dataDir, "documents.json");
    parsed.push(await timed(async () => JSON.parse(await readFile(path, "utf8"))));
    globalThis.gc?.();
    opened.push(await timed(async () => await openStore(dataDir)));
  }
}
const [took, pauses] = [[] as number[], [] as number[]];
for (let round = 0; round < 5; round += 1) {
  const store = await openStore(join(folder, "commit-100000"));
  await store.commit(seededRecord(1));
  globalThis.gc?.();
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  took.push(await timed(() => store[Symbol.asyncDispose]()));
  delay.disable();
  pauses.push(delay.max / 1e6);
}
await rm(folder, { recursive: true });

console.table({
  "a commit at 100 records": { ms: few.toFixed(3), ratio: "1" },
  "a commit at 100,000": { ms: many.toFixed(3), ratio: (many / few).toFixed(2) },
  "JSON.parse of 20,000": { ms: median(parsed).toFixed(0), ratio: "1" },
  "opening 20,000": {
    ms: median(opened).toFixed(0),
    ratio: (median(opened) / median(parsed)).toFixed(2),
  },
  "a new snapshot of 100,000": { ms: median(took).toFixed(0), ratio: "" },
  "its longest pause": { ms: median(pauses).toFixed(1), ratio: "" },
});
