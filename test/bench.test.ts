import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import test from "ava";
import { benchmarks } from "../bench/benchmarks.ts";
import { verdictOf } from "../bench/benchmark.ts";
import { emptyFolder } from "./helpers/folder.ts";

const run = promisify(execFile);
const main = new URL("../bench/main.ts", import.meta.url).pathname;

test("each benchmark works, and tells its figures as a table and as JSON", async (t) => {
  const file = join(await emptyFolder(t), "results.json");
  const words = [main, "--scale", "0.002", "--repeats", "1", "--json", file];
  // Who counts which lines are run slows them down.
  const env = { ...process.env, NODE_V8_COVERAGE: "" };
  const { stdout } = await run(process.execPath, words, { env });
  const { results } = JSON.parse(await readFile(file, "utf8")) as {
    readonly results: readonly { readonly name: string; readonly rows: readonly unknown[] }[];
  };
  t.deepEqual(
    results.map(({ name }) => name),
    benchmarks.map(({ name }) => name),
  );
  for (const { name, rows } of results) {
    t.true(rows.length > 0, name);
    t.regex(stdout, new RegExp(`^${name} `, "m"));
  }
});

test("what isn't called like any benchmark is told", async (t) => {
  const error = await t.throwsAsync(run(process.execPath, [main, "trouhgput"]));
  t.regex(error.message, /no benchmark is called trouhgput/);
});

test("of medians it is said whether they are where they must be", (t) => {
  const row = { what: "a thing", unit: "ms" } as const;
  const beside = { what: "another", measured: [10, 1_000, 9] };
  const ours = [11, 10, 12];
  const verdict = (must: Parameters<typeof verdictOf>[0]["must"]) =>
    verdictOf({ ...row, ours, beside, ...(must ? { must } : {}) });
  t.deepEqual(verdict(undefined), { ratio: 1.1, isKept: null });
  t.true(verdict({ ratio: "at most", bound: 1.1 }).isKept);
  t.false(verdict({ ratio: "at most", bound: 1.09 }).isKept);
  t.true(verdict({ ratio: "at least", bound: 1.1 }).isKept);
  t.false(verdict({ ratio: "at least", bound: 1.11 }).isKept);
  t.true(verdict({ more: "at most", bound: 1 }).isKept);
  t.false(verdict({ more: "at most", bound: 0.5 }).isKept);
  t.true(verdict({ value: "at most", bound: 11 }).isKept);
  t.false(verdict({ value: "at most", bound: 10 }).isKept);
  t.deepEqual(verdictOf({ ...row, ours, must: { value: "at most", bound: 11 } }), {
    ratio: null,
    isKept: true,
  });
});
