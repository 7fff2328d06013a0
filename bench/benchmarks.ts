import { backlog } from "./backlog.ts";
import type { Benchmark } from "./benchmark.ts";
import { naive } from "./besides-naive.ts";
import { commit } from "./commit.ts";
import { costs } from "./costs.ts";
import { growth } from "./growth.ts";
import { hashing } from "./hashing.ts";
import { known } from "./known.ts";
import { latency } from "./latency.ts";
import { opening } from "./opening.ts";
import { pickup } from "./pickup.ts";
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
  commit,
  opening,
  costs,
  growth,
];
