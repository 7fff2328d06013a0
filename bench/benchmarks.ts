import type { Benchmark } from "./benchmark.ts";
import { latency } from "./latency.ts";
import { naive } from "./besides-naive.ts";
import { throughput } from "./throughput.ts";

/** All that is measured, in the order of the table. */
export const benchmarks: readonly Benchmark[] = [throughput, latency, naive];
