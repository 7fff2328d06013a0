import { readFile, writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { timed } from "./benchmark.ts";
import { benchmarks } from "./benchmarks.ts";
import { describeMachine } from "./machine.ts";
import { headOf, missedIn, type Result, tableOf } from "./report.ts";

/**
 * Measures autod beside what a user would have otherwise, and beside what the machine can do: all of it, or what
 * is named. Ends with 1 where a row isn't where it must be, or a benchmark fails.
 *
 *     npm run bench -- throughput --repeats 5 --json results.json
 *     npm run bench -- --scale 0.01 --repeats 1      # only to see that it works
 *     npm run bench -- --write                       # the results of all of it go into docs/benchmarks.md
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    repeats: { type: "string", default: "5" },
    scale: { type: "string", default: "1" },
    json: { type: "string" },
    list: { type: "boolean", default: false },
    write: { type: "boolean", default: false },
  },
});
const say = (line: string) => process.stdout.write(`${line}\n`);

if (values.list) {
  for (const { name, about } of benchmarks) say(`${name.padEnd(12)} ${about}`);
} else await measure();

async function measure(): Promise<void> {
  const unknown = positionals.filter((name) => !benchmarks.some((one) => one.name === name));
  if (unknown.length > 0) {
    process.stderr.write(
      `no benchmark is called ${unknown.join(", ")}; --list tells what there is\n`,
    );
    process.exitCode = 64;
    return;
  }
  const wanted = benchmarks.filter(
    ({ name }) => positionals.length === 0 || positionals.includes(name),
  );
  const [repeats, part] = [Number(values.repeats), Number(values.scale)];
  const scale = {
    repeats,
    of: (full: number, least = 1) => Math.max(least, Math.ceil(full * part)),
  };
  const machine = await describeMachine();
  for (const line of headOf(machine)) say(line);
  say("");
  const results: Result[] = [];
  let isWhole = true;
  for (const { name, about, run } of wanted) {
    process.stderr.write(`${name}: ${about}\n`);
    let rows: Result["rows"] = [];
    try {
      const took = await timed(async () => (rows = await run(scale)));
      results.push({ name, about, rows, took: Math.round(took / 1_000) });
    } catch (error) {
      // What the others came to is not lost by it.
      const told = error instanceof Error ? error.stack : String(error);
      process.stderr.write(`${name} failed: ${told}\n\n`);
      process.exitCode = 1;
      isWhole = false;
      continue;
    }
    // So that nobody waits for the last of many.
    const soFar = wanted.length > 1 ? [...tableOf(results.slice(-1)), ""] : [];
    for (const line of soFar) process.stderr.write(`${line}\n`);
  }
  for (const line of tableOf(results)) say(line);
  if (part !== 1) say("\nA part of its size was measured, which says nothing about the whole.");
  const missed = missedIn(results);
  if (part === 1 && missed.length > 0) process.exitCode = 1;
  if (values.write && isWhole) await writeDown([...headOf(machine), "", ...tableOf(results)]);
  if (values.json) {
    await writeFile(values.json, `${JSON.stringify({ machine, scale: part, results }, null, 2)}\n`);
  }
}

/** Puts results into the page about them, in the place of those from before. */
async function writeDown(lines: readonly string[]): Promise<void> {
  const page = new URL("../docs/benchmarks.md", import.meta.url);
  const text = await readFile(page, "utf8");
  const results = ["<!-- results -->", "", "```text", ...lines, "```", "", "<!-- end"].join("\n");
  await writeFile(
    page,
    text.replace(/<!-- results -->[^]*<!-- end/, () => results),
  );
}
