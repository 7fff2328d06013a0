import { createWriteStream } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { finished } from "node:stream/promises";
import { parseArgs } from "node:util";
import { newRunning } from "../src/money/report.ts";
import { makeHome } from "../test/helpers/home.ts";
import { billedLine } from "../test/money/billed-line.ts";
import { medianOf } from "./metered.ts";

/**
 * What `autod costs` takes over so many lines of the log, all of them bills, beside a bare Node that reads and
 * parses each line: medians of time and of the most memory.
 *
 *     node bench/costs.ts --lines 200000 --times 5
 */
const { values } = parseArgs({
  options: {
    lines: { type: "string", default: "200000" },
    times: { type: "string", default: "5" },
  },
});
const [many, times] = [Number(values.lines), Number(values.times)];

await using home = await makeHome();
const { dir } = home.config.logs;
await mkdir(dir, { recursive: true });
const file = join(dir, "autod.2026-01-01.1.log");
{
  const out = createWriteStream(file);
  const running = newRunning();
  for (let seq = 1; seq <= many; seq += 1) {
    const sha256 = seq.toString(16).padStart(64, "0");
    const line = billedLine(seq, {
      id: seq.toString(16).padStart(12, "0"),
      sha256,
      first: true,
      at: new Date(Date.UTC(2024, 0, 1) + seq * 300_000).toISOString(),
      costUsd: `0.000${seq}`,
    });
    running.add(line as never);
    const path = `/home/jane/autod/Inbox/scan${seq}.pdf`;
    const msg = "call billed";
    out.write(`${JSON.stringify({ level: "info", time: line.at, path, ...line, msg })}\n`);
    if (seq % 1_000 === 0) {
      const report = { level: "info", event: "cost.report", ...running.report() };
      out.write(`${JSON.stringify({ ...report, time: line.at, msg: "costs so far" })}\n`);
    }
  }
  out.end();
  await finished(out);
}

const bare = `
  const { createInterface } = require("node:readline");
  const { createReadStream } = require("node:fs");
  createInterface({ input: createReadStream(${JSON.stringify(file)}) }).on("line", (line) => JSON.parse(line));
`;
const main = new URL("../src/main.ts", import.meta.url).pathname;
const floor = await medianOf(times, "-e", bare);
const table: Record<string, object> = {};
const add = (name: string, { wall, rss }: typeof floor) => {
  table[name] = {
    seconds: Number((wall / 1_000).toFixed(2)),
    ratio: Number((wall / floor.wall).toFixed(2)),
    MB: Math.round(rss),
  };
};
add("bare: read and JSON.parse", floor);
for (const words of [["costs"], ["costs", "--by", "day"], ["costs", "--by", "document"]]) {
  const took = await medianOf(times, main, ...words, "--config", home.configFile);
  add(`autod ${words.join(" ")}`, took);
}
process.stdout.write(`${many.toLocaleString("en")} lines, median of ${times}\n`);
console.table(table);
