import { createWriteStream } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { finished } from "node:stream/promises";
import { newRunning } from "../src/money/report.ts";
import { makeHome } from "../test/helpers/home.ts";
import { billedLine } from "../test/money/billed-line.ts";
import { type Benchmark, inTurns, type Row } from "./benchmark.ts";
import { builtMain } from "./built.ts";
import { metered } from "./metered.ts";

/**
 * `autod costs` over a log of bills alone, with running totals every thousand as autod writes them, from the start
 * of its process to the end, beside a bare Node that reads the same file and parses each line.
 */
export const costs: Benchmark = {
  name: "costs",
  about: "adding up the log of bills, against a bare JSON.parse of each line",
  async run({ of, repeats }) {
    const lines = of(200_000, 1_000);
    await using home = await makeHome();
    const file = join(home.config.logs.dir, "autod.2026-01-01.1.log");
    await mkdir(home.config.logs.dir, { recursive: true });
    await writeBills(file, lines);
    const wall = async (...script: readonly string[]) => (await metered(...script)).wall;
    const ask = (...by: readonly string[]) =>
      wall(builtMain(), "costs", ...by, "--config", home.configFile);
    const { bare, all, days, documents } = await inTurns(repeats, {
      bare: () => wall("-e", bareNode(file)),
      all: () => ask(),
      days: () => ask("--by", "day"),
      documents: () => ask("--by", "document"),
    });
    const row = (words: string, ours: readonly number[]): Row => ({
      what: `autod costs${words}, ${lines.toLocaleString("en")} lines`,
      unit: "ms",
      ours,
      beside: { what: "JSON.parse", measured: bare },
    });
    return [
      { ...row("", all), must: { ratio: "at most", bound: 1.5 } },
      row(" --by day", days),
      row(" --by document", documents),
    ];
  },
};

const bareNode = (file: string): string => `
  const { createInterface } = require("node:readline");
  const { createReadStream } = require("node:fs");
  createInterface({ input: createReadStream(${JSON.stringify(file)}) }).on("line", (line) => JSON.parse(line));
`;

async function writeBills(file: string, lines: number): Promise<void> {
  const out = createWriteStream(file);
  const running = newRunning();
  for (let seq = 1; seq <= lines; seq += 1) {
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
