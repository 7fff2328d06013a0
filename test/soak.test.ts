import { execFile } from "node:child_process";
import { promisify } from "node:util";
import test from "ava";
import { growthIn } from "../bench/soak/growth.ts";
import type { Sample } from "../bench/soak/sample.ts";

const run = promisify(execFile);
const soak = new URL("../bench/soak.ts", import.meta.url).pathname;

// Elsewhere there is no /proc to look in.
const onLinux = process.platform === "linux" ? test : test.skip;

onLinux(
  "whatever a day brings, nothing grows, nothing is lost, and every bill is booked",
  async (t) => {
    t.timeout(300_000);
    const words = [soak, "--minutes", "0.5", "--deeds", "6", "--seed", "7"];
    const ended = await run(process.execPath, words).catch((error: { stdout: string }) => error);
    t.regex(ended.stdout, /^well: /m, ended.stdout);
  },
);

const held: Sample = {
  life: 2,
  at: 0,
  records: 0,
  stored: 0,
  folders: 2,
  heap: 25e6,
  rss: 150e6,
  descriptors: 29,
  connections: 0,
  watches: 2,
  children: 1,
  timers: 4,
};

/** Fourteen samples of a life that goes on so. */
const life = (change: (at: number) => Partial<Sample>): readonly Sample[] =>
  Array.from({ length: 14 }, (_, at) => ({ ...held, at, ...change(at) }));

test("what grows all through a life is told, a little at a time too", (t) => {
  t.deepEqual(growthIn(life((at) => ({ descriptors: 29 + Math.floor(at / 4) }))), [
    "descriptors grew in life 2: from 30 to 31",
  ]);
  t.deepEqual(growthIn(life((at) => ({ heap: 25e6 + at * 0.4e6 }))), [
    "heap grew in life 2: from 26.6 MB to 29 MB",
  ]);
  t.deepEqual(growthIn(life((at) => ({ watches: 2 + at }))), [
    "watches grew in life 2: from 4 to 10",
  ]);
});

test("what comes and goes isn't growth, nor what records and folders take, nor a short life", (t) => {
  t.deepEqual(growthIn(life((at) => ({ timers: 4 + (at % 3), connections: (at * 5) % 8 }))), []);
  t.deepEqual(growthIn(life((at) => ({ stored: at * 1e6, heap: 25e6 + at * 1.9e6 }))), []);
  t.deepEqual(growthIn(life((at) => ({ folders: 2 + at, watches: 2 + at }))), []);
  t.deepEqual(growthIn(life((at) => ({ children: at })).slice(0, 6)), []);
});
