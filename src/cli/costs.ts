import { AutodError } from "../errors.ts";
import { parseAmount, showAmount } from "../money/amount.ts";
import {
  addUp,
  type BilledLine,
  billedLines,
  type CostReport,
  type Grouping,
} from "../money/costs.ts";
import { type Command, exit, jsonOption } from "./command.ts";
import { table } from "./table.ts";
import type { Terminal } from "./terminal.ts";

const groupings: readonly Grouping[] = ["day", "month", "model", "folder", "document"];

export const costs: Command = {
  usage: "costs",
  summary: "What it cost, added up from the log files",
  options: [
    ["--by <what>", `show it by ${groupings.join(", ")}`],
    ["--since <date>", "from this day on (YYYY-MM-DD)"],
    ["--until <date>", "up to this day, inclusive"],
    jsonOption,
  ],
  example: "autod costs --by month",

  async run({ options, cli }) {
    const { terminal } = cli;
    const { by, since, until, json } = options;
    if (by !== undefined && !groupings.includes(by as Grouping)) {
      const message = `--by takes ${groupings.join(", ")}, not ${String(by)}`;
      throw new AutodError("ARGUMENT_INVALID", message);
    }
    const from = startOfDay("--since", since);
    const to = startOfDay("--until", until);
    // The next local midnight: a day is not always 24 hours long.
    if (to) to.setDate(to.getDate() + 1);
    const [config, { LOG_NAME }] = await Promise.all([
      cli.config({ looking: true }),
      import("../log.ts"),
    ]);
    const lines = within(billedLines(config.logs.dir, LOG_NAME), from, to);
    const report = await addUp(lines, by as Grouping | undefined);
    if (json) terminal.print(JSON.stringify(report, null, 2));
    else for (const line of show(report, String(by ?? ""), terminal)) terminal.print(line);
    return exit.done;
  },
};

function startOfDay(name: string, text: string | boolean | undefined): Date | null {
  if (text === undefined) return null;
  const [year = 0, month = 0, day = 0] = String(text).split("-").map(Number);
  const date = new Date(year, month - 1, day);
  // "2026-02-30" would otherwise be the second of March.
  const said = /^\d{4}-\d{2}-\d{2}$/.test(String(text)) && date.getDate() === day;
  if (said && date.getMonth() === month - 1) return date;
  throw new AutodError("ARGUMENT_INVALID", `${name} takes a day as YYYY-MM-DD, not ${text}`);
}

async function* within(
  lines: AsyncIterable<BilledLine>,
  from: Date | null,
  to: Date | null,
): AsyncGenerator<BilledLine> {
  for await (const line of lines) {
    const at = new Date(line.time);
    if ((!from || at >= from) && (!to || at < to)) yield line;
  }
}

function show({ total, groups }: CostReport, by: string, terminal: Terminal): string[] {
  const rows = [...groups, { ...total, key: "total" }];
  const number = (count: number) => count.toLocaleString("en");
  const lines = table(
    rows,
    [
      { title: by, text: ({ key }) => key, shrinks: true },
      { title: "documents", text: (row) => number(row.documents), align: "right" },
      { title: "calls", text: (row) => number(row.calls), align: "right" },
      { title: "tokens in", text: (row) => number(row.inputTokens), align: "right" },
      { title: "out", text: (row) => number(row.outputTokens), align: "right" },
      {
        title: "cost",
        text: (row) => showAmount(parseAmount(row.costUsd)),
        align: "right",
        style: (text) => terminal.style("bold", text),
      },
    ],
    terminal,
  );
  const possible = parseAmount(total.possibleUsd);
  if (possible === 0n) return lines;
  return [...lines, "", `Possibly billed besides, which nobody can know: ${showAmount(possible)}`];
}
