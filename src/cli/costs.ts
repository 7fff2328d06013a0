import { showUsd } from "../money/amount.ts";
import {
  addUp,
  type BilledLine,
  billedLines,
  type CostReport,
  type Grouping,
} from "../money/costs.ts";
import { type Command, exit, jsonOption, tell } from "./command.ts";
import { escapeText } from "./escape.ts";
import { oneOf, startOfDay } from "./option.ts";
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

  async run(invocation) {
    const { options, cli } = invocation;
    const by = oneOf("--by", options["by"], groupings);
    const from = startOfDay("--since", options["since"]);
    const to = startOfDay("--until", options["until"]);
    // The next local midnight: a day is not always 24 hours long.
    if (to) to.setDate(to.getDate() + 1);
    const [config, { LOG_NAME }] = await Promise.all([
      cli.config({ looking: true }),
      import("../log.ts"),
    ]);
    const lines = within(billedLines(config.logs.dir, LOG_NAME), from, to);
    const report = await addUp(lines, by);
    tell(invocation, report, (terminal) => show(report, by ?? "", terminal));
    return exit.done;
  },
};

async function* within(
  lines: AsyncIterable<BilledLine>,
  from: Date | undefined,
  to: Date | undefined,
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
      { title: by, text: ({ key }) => escapeText(key), shrinks: true },
      { title: "documents", text: (row) => number(row.documents), align: "right" },
      { title: "calls", text: (row) => number(row.calls), align: "right" },
      { title: "tokens in", text: (row) => number(row.inputTokens), align: "right" },
      { title: "out", text: (row) => number(row.outputTokens), align: "right" },
      {
        title: "cost",
        text: (row) => showUsd(row.costUsd),
        align: "right",
        style: (text) => terminal.style("bold", text),
      },
    ],
    terminal,
  );
  if (total.possibleUsd === "0") return lines;
  const possible = showUsd(total.possibleUsd);
  return [...lines, "", `Possibly billed besides, which nobody can know: ${possible}`];
}
