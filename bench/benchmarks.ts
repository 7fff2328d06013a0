import type { Benchmark } from "./benchmark.ts";
import { commit } from "./commit.ts";
import { costs } from "./costs.ts";
import { growth } from "./growth.ts";
import { opening } from "./opening.ts";
import { throughput } from "./throughput.ts";

/** All that is measured, in the order of the table. */
export const benchmarks: readonly Benchmark[] = [throughput, commit, opening, costs, growth];
