import type { Benchmark } from "./benchmark.ts";
import { memory } from "./memory.ts";
import { rest } from "./rest.ts";
import { start } from "./start.ts";
import { throughput } from "./throughput.ts";

/** All that is measured, in the order of the table. */
export const benchmarks: readonly Benchmark[] = [throughput, memory, start, rest];
