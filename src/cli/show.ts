import type { Extraction } from "../extraction.ts";
import { showUsd } from "../money/amount.ts";
import { type DocumentRecord, standsAt } from "../store/record.ts";
import { findByPrefix, readRecords } from "../store/store.ts";
import { type Command, exit, jsonOption, tell } from "./command.ts";
import { escapeText } from "./escape.ts";
import { paintStatus } from "./status-colour.ts";
import type { Terminal } from "./terminal.ts";
import { waitingWords } from "./waiting-words.ts";
import { wrap } from "./wrap.ts";

export const show: Command = {
  usage: "show <id>",
  summary: "All that is known of a document",
  options: [jsonOption],
  example: "autod show 3f2a9c",

  async run(invocation) {
    const { args, cli } = invocation;
    const { dataDir } = await cli.config({ looking: true });
    const record = findByPrefix(await readRecords(dataDir), args[0] ?? "");
    tell(invocation, record, (terminal) => describeRecord(record, terminal));
    return exit.done;
  },
};

/** A record for eyes: a fact a line, what isn't known left out. */
export function describeRecord(record: DocumentRecord, terminal: Terminal): string[] {
  return facts(record, terminal).flatMap(([name, value]) => {
    if (!value) return [];
    // A path or a hash that is broken over lines can't be copied.
    const lines = whole.has(name) ? [value] : wrap(value, terminal.width - COLUMN, "");
    return lines.map((line, index) => {
      const title = (index === 0 ? name : "").padEnd(COLUMN - 1);
      return `${terminal.style("dim", title)} ${line}`;
    });
  });
}

/** Where the values begin. */
const COLUMN = 13;
const whole: ReadonlySet<string> = new Set(["came from", "stands at", "duplicate", "sha256"]);

function facts(record: DocumentRecord, terminal: Terminal): [string, string | null | undefined][] {
  const { extraction: read, error, estimate, calls, duplicates, waiting } = record;
  const text = (value: string | null | undefined) => value && escapeText(value);
  return [
    ["id", record.id],
    ["status", paintStatus(record.status, record.status, terminal)],
    ["why", error && escapeText(`${error.message} (${error.code}, stage ${error.stage})`)],
    ["hint", text(error?.hint)],
    [
      waiting?.reason === "retry" ? "waiting" : "waiting for",
      text(waiting && waitingWords(waiting.reason, error?.code ?? null, waiting.retryAt)),
    ],
    ["in work", record.status === "processing" && record.work ? steps[record.work.step] : null],
    ["title", text(read?.title)],
    ["issuer", text(read?.issuer)],
    ["recipient", text(read?.recipient)],
    ["date", read?.documentDate],
    ["due", read?.dueDate],
    ["total", text(read && totalOf(read))],
    ["category", text(read && `${read.category}, ${read.kind}`)],
    ["summary", text(read?.summary)],
    ...(read?.references ?? []).map(({ label, value }): [string, string] => [
      "reference",
      escapeText(`${label} ${value}`),
    ]),
    ...(read?.actionItems ?? []).map(({ what, due }): [string, string] => [
      "to do",
      escapeText(due ? `${what} (by ${due})` : what),
    ]),
    ["tags", text(read?.tags.join(", "))],
    ...record.checks.map(({ field, message, hard }): [string, string] => [
      hard ? "to review" : "doubtful",
      escapeText(`${field}: ${message}`),
    ]),
    ["came from", text(record.source.path)],
    ["stands at", text(standsAt(record))],
    ...duplicates.map(({ path, movedTo }): [string, string] => [
      "duplicate",
      escapeText(movedTo ? `${path} → ${movedTo}` : `${path}, deleted`),
    ]),
    ["pages", record.pages === null ? null : pagesOf(record)],
    [
      "estimate",
      estimate && `${showUsd(estimate.costUsd)}, at most ${showUsd(estimate.upperCostUsd)}`,
    ],
    ...calls.map(({ model, usage, costUsd, outcome }): [string, string] => [
      "call",
      escapeText(
        `${model}: ${outcome}, ${usage.inputTokens} tokens in, ${usage.outputTokens} out, ${showUsd(costUsd)}`,
      ),
    ]),
    ["cost", showUsd(record.costUsd)],
    ["sha256", record.sha256],
  ];
}

const steps = {
  claimed: "taken, and nothing is sent yet",
  upload: "it is uploaded",
  ask: "the model reads it",
  answered: "the model has read it",
  file: "it is filed",
} as const satisfies Record<NonNullable<DocumentRecord["work"]>["step"], string>;

/** "95.20 EUR"; null where no total was read. */
export function totalOf({ totalAmount, currency }: Extraction): string | null {
  return totalAmount && `${totalAmount} ${currency ?? ""}`.trim();
}

function pagesOf({ pages, textLayer }: DocumentRecord): string {
  return textLayer ? `${pages}` : `${pages}, not all with text of their own`;
}
