import { parseAmount, showUsd } from "../money/amount.ts";
import { addUp, type CostReport, type Grouping, linesFor } from "../money/costs.ts";
import { moneyLines } from "../money/log-lines.ts";
import { verify, type Verification } from "../money/verify.ts";
import { readBooks, readRecords } from "../store/store.ts";
import { bars } from "./bars.ts";
import { type Command, exit, type Invocation, jsonOption, tell } from "./command.ts";
import { escapeText } from "./escape.ts";
import { localTime } from "./local-time.ts";
import { oneOf, startOfDay } from "./option.ts";
import { table } from "./table.ts";
import type { Terminal } from "./terminal.ts";
import { wrap } from "./wrap.ts";

const groupings: readonly Grouping[] = ["day", "month", "model", "folder", "document"];

export const costs: Command = {
  usage: "costs",
  summary: "What it cost, added up from the log files",
  options: [
    ["--by <what>", `show it by ${groupings.join(", ")}`],
    ["--since <date>", "from this day on (YYYY-MM-DD)"],
    ["--until <date>", "up to this day, inclusive"],
    ["--verify", "hold the log files against the store, to the last digit"],
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
    const { dir } = config.logs;
    if (options["verify"]) {
      const lines = () => moneyLines(dir, LOG_NAME);
      return await tellVerified(invocation, config.dataDir, lines);
    }
    const question = { by, from, to };
    const report = await addUp(linesFor(dir, LOG_NAME, question), question);
    tell(invocation, report, (terminal) => show(report, by ?? "", terminal));
    return exit.done;
  },
};

function show(report: CostReport, by: string, terminal: Terminal): string[] {
  const { total, groups, knownSince } = report;
  const number = (count: number) => count.toLocaleString("en");
  const lines = table(
    [...groups, { ...total, key: "total" }],
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
  const costsOf = groups.map(({ costUsd }) => Number(parseAmount(costUsd)));
  const possible = `Possibly billed besides, which nobody can know: ${showUsd(total.possibleUsd)}`;
  const since = `The log files tell of all calls since ${localTime(knownSince ?? "")} only; what was before is not in this.`;
  const notes = [...(total.possibleUsd === "0" ? [] : [possible]), ...(knownSince ? [since] : [])];
  return [
    ...bars(lines, costsOf, terminal),
    ...notes.flatMap((note) => ["", ...wrap(note, terminal.width, "")]),
  ];
}

async function tellVerified(
  invocation: Invocation,
  dataDir: string,
  lines: () => ReturnType<typeof moneyLines>,
): Promise<number> {
  let found: Verification;
  let looks = 0;
  do {
    // A running autod books a call in the store, and in the log a moment later.
    const books = await readBooks(dataDir, await readRecords(dataDir));
    found = await verify(lines(), books);
    looks += 1;
  } while (!found.equal && looks < LOOKS);
  tell(invocation, found, (terminal) => describe(found, terminal));
  return found.equal ? exit.done : exit.unwell;
}

const LOOKS = 3;

function describe({ equal, log, store, differences }: Verification, terminal: Terminal): string[] {
  const { style, width } = terminal;
  const sum = (of: Verification["log"]) =>
    `$${of.costUsd}${of.possibleUsd === "0" ? "" : `, possibly $${of.possibleUsd} more`}, in ${of.calls.toLocaleString("en")} ${of.calls === 1 ? "call" : "calls"}`;
  if (equal) return [`${style("green", "✓")} log and store agree to the last digit: ${sum(log)}`];
  const places = differences.slice(0, MOST).flatMap((one) => wrap(wordsFor(one), width, "  "));
  const more = differences.length - MOST;
  return [
    `${style("red", "✗")} log and store don't agree`,
    `  log    ${sum(log)}`,
    `  store  ${sum(store)}`,
    ...places,
    ...(more > 0 ? [`  … and ${more} more (--json names them all)`] : []),
    ...wrap(hint, width, "").map((line) => style("dim", line)),
  ];
}

const MOST = 20;

const hint =
  "The next autod run writes into the log what only the store has, and takes into the store what only the log has.";

function wordsFor({ what, seq, id, log, store }: Verification["differences"][number]): string {
  const usd = (bill: typeof log) => (bill ? `$${bill.costUsd}` : "nothing");
  const about =
    what === "total" ? `all calls up to ${seq}` : `call ${seq} (${escapeText(id ?? "")})`;
  return `${about}: ${usd(log)} in the log, ${usd(store)} in the store`;
}
