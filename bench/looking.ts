import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { parseArgs } from "node:util";
import type { DocumentRecord } from "../src/store/record.ts";
import { openStore } from "../src/store/store.ts";
import { makeHome } from "../test/helpers/home.ts";
import { seededRecord } from "../test/helpers/seeded-store.ts";

/**
 * What commands that only look take of the processor with so many records, each a process of its own, beside
 * a bare Node that parses the store's file: medians, in milliseconds and as a ratio.
 *
 *     node bench/looking.ts --records 20000 --times 5
 */
const { values } = parseArgs({
  options: {
    records: { type: "string", default: "20000" },
    times: { type: "string", default: "5" },
  },
});
const [many, times] = [Number(values.records), Number(values.times)];

const syllables = "ba ce di fo gu ha ke li mo nu pa re si to vu wa ze".split(" ");
/** 4,913 words; as in any language, a few of them are most of a text. */
const word = (rank: number): string =>
  [rank, rank / 17, rank / 289].map((part) => syllables[Math.floor(part) % 17]).join("");
let chance = 7;
/** As much by chance each time: every run has the same records. */
const words = (count: number): string =>
  Array.from({ length: count }, () => {
    chance = (chance * 1_103_515_245 + 12_345) % 2_147_483_648;
    return word(4_913 ** (chance / 2_147_483_648));
  }).join(" ");

function paper(number: number): DocumentRecord {
  const record = seededRecord(number);
  const read = { title: words(4), summary: words(35), issuer: `${words(2)} Ltd`, tags: [words(1)] };
  return { ...record, extraction: record.extraction && { ...record.extraction, ...read } };
}

await using home = await makeHome();
const { dataDir, logs } = home.config;
await mkdir(dataDir, { recursive: true });
const records = Array.from({ length: many }, (_, number) => paper(number));
{
  await using store = await openStore(dataDir);
  await Promise.all(records.map(store.commit));
}
const bills = records.map(({ id, folder, createdAt, costUsd, calls: [call] }) =>
  JSON.stringify({ event: "call.billed", time: createdAt, folder, id, costUsd, ...call }),
);
await mkdir(logs.dir, { recursive: true });
await writeFile(join(logs.dir, "autod.2026-01-01.1.log"), `${bills.join("\n")}\n`);
const known = await home.drop("scan.pdf", "%PDF-1.7 nothing of this is known\n%%EOF");

/** Tells on its third descriptor what the process took. */
const meter = `data:text/javascript,${encodeURIComponent(
  'import { writeSync } from "node:fs"; process.on("exit", () => { const { user, system } = process.cpuUsage(); writeSync(3, String(user + system)); });',
)}`;

async function milliseconds(...script: readonly string[]): Promise<number> {
  const child = spawn(process.execPath, ["--import", meter, ...script], {
    stdio: ["ignore", "ignore", "inherit", "pipe"],
  });
  const [told] = await Promise.all([
    text(child.stdio[3] as NodeJS.ReadableStream),
    once(child, "exit"),
  ]);
  return Number(told) / 1_000;
}

async function median(...script: readonly string[]): Promise<number> {
  const measured: number[] = [];
  for (let time = 0; time < times; time += 1) measured.push(await milliseconds(...script));
  return measured.toSorted((a, b) => a - b)[Math.floor(times / 2)] ?? 0;
}

const main = new URL("../src/main.ts", import.meta.url).pathname;
const parse = `JSON.parse(require("fs").readFileSync(${JSON.stringify(join(dataDir, "documents.json"))}, "utf8"))`;
const bare = await median("-e", parse);
const table: Record<string, { ms: number; ratio: number }> = {};
const add = (name: string, took: number) => {
  table[name] = { ms: Math.round(took), ratio: Number((took / bare).toFixed(2)) };
};
add("bare JSON.parse", bare);
for (const command of [
  ["list"],
  ["list", "--limit", "20"],
  ["search", word(25), word(80), "--limit", "20"],
  ["search", word(80).replace("a", "o")],
  ["why", known],
  ["show", records[7]?.id ?? ""],
  ["status"],
  ["history", "--limit", "20"],
  ["costs"],
]) {
  const name = command.map((one) => (one === known ? "FILE" : one)).join(" ");
  add(name, await median(main, ...command, "--config", home.configFile));
}
console.table(table);
