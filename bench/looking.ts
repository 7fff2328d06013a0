import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { DocumentRecord } from "../src/store/record.ts";
import { openStore } from "../src/store/store.ts";
import { makeHome } from "../test/helpers/home.ts";
import { seededRecord } from "../test/helpers/seeded-store.ts";
import { medianOf } from "./metered.ts";

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
const bills = records.map(({ id, sha256, folder, calls: [call] }) =>
  JSON.stringify({ event: "call.billed", first: true, ...call, folder, id, sha256 }),
);
await mkdir(logs.dir, { recursive: true });
await writeFile(join(logs.dir, "autod.2026-01-01.1.log"), `${bills.join("\n")}\n`);
const known = await home.drop("scan.pdf", "%PDF-1.7 nothing of this is known\n%%EOF");

const median = async (...script: readonly string[]) => (await medianOf(times, ...script)).cpu;

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
