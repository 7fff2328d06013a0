import { backlog } from "./backlog.ts";
import type { Benchmark } from "./benchmark.ts";
import { naive } from "./besides-naive.ts";
import { commit } from "./commit.ts";
import { costs } from "./costs.ts";
import { growth } from "./growth.ts";
import { hashing } from "./hashing.ts";
import { known } from "./known.ts";
import { latency } from "./latency.ts";
import { memory } from "./memory.ts";
import { opening } from "./opening.ts";
import { pickup } from "./pickup.ts";
import { rest } from "./rest.ts";
import { start } from "./start.ts";
import { throughput } from "./throughput.ts";

/** All that is measured, in the order of the table. */
export const benchmarks: readonly Benchmark[] = [
  throughput,
  latency,
  naive,
  hashing,
  known,
  pickup,
  backlog,
  start,
  commit,
  opening,
  costs,
  growth,
  memory,
  rest,
];
