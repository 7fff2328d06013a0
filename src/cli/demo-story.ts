import { basename, join, relative } from "node:path";
import cliTruncate from "cli-truncate";
import type { Sample } from "../demo/samples.ts";
import { formatAmount, showAmount, showUsd, sumOf } from "../money/amount.ts";
import { type DocumentRecord, standsAt } from "../store/record.ts";
import { escapeText } from "./escape.ts";
import { totalOf } from "./show.ts";
import { type Column, table } from "./table.ts";
import type { Terminal } from "./terminal.ts";
import { wrap } from "./wrap.ts";

export interface Demo {
  readonly samples: readonly Sample[];
  readonly records: readonly DocumentRecord[];
  readonly home: string;
  /** Where to look around; null where nothing is kept. */
  readonly kept: string | null;
  /** How autod was called. */
  readonly called: string;
}

/** What became of each sample by the records, what it cost in all, and what to do next. */
export function tellDemo(demo: Demo, terminal: Screen): string[] {
  const { samples, records, home } = demo;
  // Which of two equal files came first is chance; what was filed stands above what wasn't.
  const rows = samples
    .map((sample) => rowFor(sample, records, home))
    .toSorted((a, b) => rank(a) - rank(b));
  const [head = "", ...lines] = table([...rows, total(rows, records)], columns(terminal), terminal);
  const sum = lines.pop() ?? "";
  const told = rows.flatMap((row, index) => [lines[index] ?? "", ...below(row, terminal)]);
  return [head, ...told, "", sum, "", ...reckon(records, terminal), ...next(demo, terminal)];
}

type Screen = Pick<Terminal, "style" | "width">;

interface Row {
  readonly verdict: keyof typeof verdicts;
  readonly name: string;
  readonly said: string;
  /** Where the file stands now, below the demo's folder. */
  readonly place: string | null;
  readonly hint: string | null;
  readonly tokens: number;
  readonly costUsd: string;
}

const verdicts = {
  filed: { mark: "✓", colour: "green", counted: "filed" },
  review: { mark: "?", colour: "yellow", counted: "to look at" },
  duplicate: { mark: "=", colour: "blue", counted: "duplicate" },
  waiting: { mark: "…", colour: "yellow", counted: "waiting" },
  quarantined: { mark: "✗", colour: "red", counted: "in quarantine" },
  total: { mark: " ", colour: "dim", counted: "" },
} as const;

const order = Object.keys(verdicts);
const rank = ({ verdict }: Row) => order.indexOf(verdict);

function rowFor({ name, path }: Sample, records: readonly DocumentRecord[], home: string): Row {
  const free = { name, hint: null, tokens: 0, costUsd: "0" };
  const own = records.find(({ source }) => source.path === path);
  if (own) return rowOf(own, name, home);
  for (const { source, duplicates } of records) {
    const again = duplicates.find((one) => one.path === path);
    if (!again) continue;
    const said = `same bytes as ${basename(source.path)}: not asked again`;
    const place = again.movedTo && relative(home, again.movedTo);
    return { ...free, verdict: "duplicate", said, place };
  }
  return { ...free, verdict: "waiting", said: "not taken", place: relative(home, path) };
}

function rowOf(record: DocumentRecord, name: string, home: string): Row {
  const { status, extraction, error, calls, checks, costUsd } = record;
  const known = { archived: "filed", review: "review", quarantined: "quarantined" } as const;
  const verdict = known[status as keyof typeof known] ?? "waiting";
  const parts = extraction ? [extraction.kind, extraction.issuer, totalOf(extraction)] : [];
  const place = standsAt(record);
  const doubt = checks.find(({ hard }) => hard)?.message;
  return {
    verdict,
    name,
    said: error ? error.message : parts.filter(Boolean).join(" · ") || "nothing could be read",
    place: place && relative(home, place),
    hint: error?.hint ?? doubt ?? null,
    tokens: calls.reduce((sum, { usage }) => sum + usage.inputTokens + usage.outputTokens, 0),
    costUsd,
  };
}

function total(rows: readonly Row[], records: readonly DocumentRecord[]): Row {
  const counts = Map.groupBy(rows, ({ verdict }) => verdicts[verdict].counted);
  return {
    verdict: "total",
    name: `${rows.length} files`,
    said: [...counts].map(([what, { length }]) => `${length} ${what}`).join(", "),
    place: null,
    hint: null,
    tokens: rows.reduce((sum, { tokens }) => sum + tokens, 0),
    costUsd: formatAmount(costOf(records)),
  };
}

const costOf = (records: readonly DocumentRecord[]) => sumOf(records.map(({ costUsd }) => costUsd));

function columns({ style }: Screen): readonly Column<Row>[] {
  const isTotal = ({ verdict }: Row) => verdict === "total";
  const strong = (text: string, row: Row) => (isTotal(row) ? style("bold", text) : text);
  return [
    {
      title: "  file",
      text: ({ verdict, name }) => `${verdicts[verdict].mark} ${escapeText(name)}`,
      style: (text, { verdict }) =>
        style(verdicts[verdict].colour, text.slice(0, 1)) + style("bold", text.slice(1)),
    },
    {
      title: "what was read, and where it went",
      text: ({ said }) => escapeText(said),
      shrinks: true,
      style: strong,
    },
    {
      title: "tokens",
      text: ({ tokens }) => (tokens === 0 ? "" : tokens.toLocaleString("en")),
      align: "right",
      style: strong,
    },
    {
      title: "cost",
      text: ({ tokens, costUsd }) => (tokens === 0 ? "" : showUsd(costUsd)),
      style: strong,
    },
  ];
}

/** Under the line of a file: where it stands now, and what a person can do about it. */
function below({ place, hint }: Row, { style, width }: Screen): string[] {
  const lines = hint === null ? [] : wrap(escapeText(hint), width, INDENT);
  const hints = lines.map((line) => style("dim", line));
  if (place === null) return hints;
  const path = fitted(escapeText(place), width - INDENT.length - ARROW.length);
  const folder = path.slice(0, path.lastIndexOf("/") + 1);
  const shown = style("dim", ARROW + folder) + path.slice(folder.length);
  return [INDENT + shown, ...hints];
}

const INDENT = "  ";
const ARROW = "→ ";

/** A path is cut in its middle: both of its ends say something. */
const fitted = (text: string, room: number): string =>
  room === Number.POSITIVE_INFINITY
    ? text
    : cliTruncate(text, Math.max(room, 20), { position: "middle" });

/** What it would have cost with a real model, and what a thousand would: of a dozen one sees only zeros. */
function reckon(records: readonly DocumentRecord[], { style, width }: Screen): string[] {
  const read = records.filter(({ calls }) => calls.length > 0);
  if (read.length === 0) return [];
  const model = escapeText(read[0]?.calls[0]?.model ?? "");
  const sum = costOf(read);
  const [all, thousand] = [sum, (sum * 1_000n) / BigInt(read.length)].map((amount) =>
    style("bold", showAmount(amount)),
  );
  const sentence = `Nothing was charged. With ${model} it would be about ${all}, or ${thousand} for a thousand documents like these.`;
  return [...wrap(sentence, width, ""), ""];
}

function next({ kept, called }: Demo, { style }: Screen): string[] {
  const column = called.length + " demo --keep".length;
  const command = (words: string, what: string) =>
    `  ${style("cyan", `${called} ${words}`.padEnd(column))}  ${what}`;
  const real = [
    "Use it for real:",
    command("init", "a few questions, and your own folders"),
    command("run", "reads what is saved there, from now on"),
  ];
  if (kept === null) {
    return [...real, command("demo --keep", "the same, with a folder to look at")];
  }
  const list = `${called} list --config ${join(kept, "autod.yaml")}`;
  return [`Look around in ${kept}:`, `  ${style("cyan", list)}`, "", ...real];
}
