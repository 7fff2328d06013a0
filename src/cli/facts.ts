import type { Extraction } from "../extraction.ts";
import { formatAmount, showUsd, sumOf } from "../money/amount.ts";
import { deedWords } from "../store/history.ts";
import { type Call, type DocumentRecord, standsAt } from "../store/record.ts";
import { localTime } from "./local-time.ts";
import { paintStatus } from "./status-colour.ts";
import type { Terminal } from "./terminal.ts";
import { waitingWords } from "./waiting-words.ts";

/** Something that is known of a document, not yet escaped. */
export interface Fact {
  /** Empty where it says more about the one before. */
  readonly label: string;
  readonly text: string;
  /** Never broken over lines, for it is there to be copied. */
  readonly whole?: boolean;
  readonly paint?: (line: string) => string;
}

/** All that is known of a document, what belongs together in a group; what isn't known is left out. */
export function factsOf(
  record: DocumentRecord,
  terminal: Pick<Terminal, "style">,
): readonly (readonly Fact[])[] {
  const dim = (text: string) => terminal.style("dim", text);
  const { extraction: read } = record;
  const groups = [
    stateOf(record, terminal),
    ...(read ? [wordsOf(read, terminal), moneyOf(read, dim), tasksOf(read)] : []),
    doubtsOf(record),
    placesOf(record, dim),
    costsOf(record, dim),
  ];
  return groups.filter((group) => group.length > 0);
}

/** "95.20 EUR"; null where no total was read. */
export function totalOf({ totalAmount, currency }: Extraction): string | null {
  return inCurrency(totalAmount, currency);
}

const inCurrency = (amount: string | null, currency: string | null): string | null =>
  amount && `${amount} ${currency ?? ""}`.trim();

type Paint = (text: string) => string;

/** A fact, if it is known. */
const fact = (
  label: string,
  text: string | null | undefined | false,
  more: Partial<Fact> = {},
): Fact[] => (text ? [{ label, text, ...more }] : []);

const path = (label: string, text: string | null): Fact[] => fact(label, text, { whole: true });

const beneath = (text: string | null, paint: Paint, whole = false): Fact[] =>
  fact("", text, { paint, whole });

function stateOf(record: DocumentRecord, terminal: Pick<Terminal, "style">): Fact[] {
  const { id, status, error, waiting, work } = record;
  const dim = (text: string) => terminal.style("dim", text);
  const since = waiting && `since ${localTime(waiting.since)}`;
  const words = waiting && waitingWords(waiting.reason, error?.code ?? null, waiting.retryAt);
  const label = waiting?.reason === "retry" ? "waiting" : "waiting for";
  return [
    ...fact("id", id),
    ...fact("status", status, { paint: (text) => paintStatus(text, status, terminal) }),
    // What was undone waits for nothing but its owner.
    ...(status === "undone" ? [] : fact(label, words)),
    ...beneath(since, dim),
    ...fact("in work", work && isUnderWay(record) ? steps[work.step] : null),
    ...fact("why", error && `${error.message} (${error.code}, stage ${error.stage})`),
    ...fact("hint", error?.hint),
    ...fact("hint", status === "undone" ? `autod retry ${id} files it again.` : null),
  ];
}

const isUnderWay = ({ status, work }: DocumentRecord): boolean =>
  status === "processing" || work?.step === "delete" || Boolean(work?.responseId);

const steps = {
  claimed: "taken, and nothing is sent yet",
  upload: "it is uploaded",
  ask: "the model reads it",
  answered: "the model has read it",
  file: "it is filed",
  delete: "its upload or answer is still to be deleted at the server",
} as const satisfies Record<NonNullable<DocumentRecord["work"]>["step"], string>;

function wordsOf(read: Extraction, { style }: Pick<Terminal, "style">): Fact[] {
  const dim = (text: string) => style("dim", text);
  const { evidence, periodStart, periodEnd } = read;
  const period = [periodStart, periodEnd].filter(Boolean).join(" to ");
  return [
    ...fact("title", read.title, { paint: (text) => style("bold", text) }),
    ...fact("issuer", read.issuer),
    ...quoteOf(evidence.issuer, dim),
    ...fact("recipient", read.recipient),
    ...fact("date", read.documentDate),
    ...quoteOf(evidence.documentDate, dim),
    ...fact("period", period),
    ...fact("category", `${read.category}, ${read.kind}`),
    ...fact("summary", read.summary),
    ...read.references.flatMap(({ label, value }) => fact("reference", `${label} ${value}`)),
    ...Object.entries(read.fields ?? {}).flatMap(([name, value]) => fact(name, shown(value))),
    ...fact("tags", read.tags.join(", ")),
    ...fact("language", read.language),
    ...fact("confidence", `${read.confidence}`),
  ];
}

const quoteOf = (evidence: Extraction["evidence"]["issuer"], dim: Paint): Fact[] =>
  beneath(evidence && `page ${evidence.page}: “${evidence.quote}”`, dim);

/** What a profile asked for: a text, a number, yes or no, or a list of them. */
function shown(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  if (typeof value === "string") return value;
  if (typeof value === "boolean") return value ? "yes" : "no";
  return Array.isArray(value) ? value.map(shown).join(", ") : JSON.stringify(value);
}

function moneyOf(read: Extraction, dim: Paint): Fact[] {
  const { amountDue, currency, totalAmount, dueDate, evidence } = read;
  return [
    ...fact("total", totalOf(read)),
    ...quoteOf(evidence.totalAmount, dim),
    ...fact("to pay", amountDue === totalAmount ? null : inCurrency(amountDue, currency)),
    ...fact("due", dueDate),
  ];
}

const tasksOf = ({ actionItems }: Extraction): Fact[] =>
  actionItems.flatMap(({ what, due, priority }) => {
    const when = [due && `by ${due}`, priority === "normal" ? null : `${priority} priority`];
    const known = when.filter(Boolean).join(", ");
    return fact("to do", known ? `${what} (${known})` : what);
  });

const doubtsOf = ({ checks }: DocumentRecord): Fact[] =>
  checks.flatMap(({ field, message, hard }) =>
    fact(hard ? "to review" : "doubtful", `${field}: ${message}`),
  );

function placesOf(record: DocumentRecord, dim: Paint): Fact[] {
  const { source, folder, profile, duplicates, possibleDuplicateOf, sha256 } = record;
  const twin = possibleDuplicateOf && `document ${possibleDuplicateOf}`;
  return [
    ...path("stands at", standsAt(record)),
    ...path("came from", source.path),
    ...fact("arrived", `${localTime(source.arrivedAt)}, in folder ${folder}, profile ${profile}`),
    ...fact("file", sizeOf(record)),
    ...duplicates.flatMap(({ path: from, seenAt, movedTo }) => [
      ...path("duplicate", from),
      ...beneath(`${localTime(seenAt)} ${movedTo ? `→ ${movedTo}` : "deleted"}`, dim, true),
    ]),
    ...fact("looks like", twin && `${twin}: same issuer, date, amount and number`),
    ...movesOf(record, dim),
    ...path("sha256", sha256),
  ];
}

function sizeOf({ bytes, pages, textLayer }: DocumentRecord): string {
  const size = inUnits(bytes);
  if (pages === null) return size;
  const text = textLayer ? "" : ", not all with text of their own";
  return `${size}, ${pages} ${pages === 1 ? "page" : "pages"}${text}`;
}

/** "584 bytes", "48.2 kB", "12 MB". */
function inUnits(bytes: number): string {
  const power = bytes < 1_000 ? 0 : bytes < 1_000_000 ? 1 : 2;
  const format = new Intl.NumberFormat("en", {
    style: "unit",
    unit: ["byte", "kilobyte", "megabyte"][power],
    unitDisplay: power === 0 ? "long" : "short",
    maximumSignificantDigits: 3,
  });
  return format.format(bytes / 1_000 ** power);
}

/** What was done with it; where to is said only where that isn't where it stands, or came from. */
function movesOf(record: DocumentRecord, dim: Paint): Fact[] {
  const known = [record.source.path, standsAt(record)];
  return record.history.flatMap(({ at, by, to }) => [
    ...fact("history", `${localTime(at)} ${deedWords[by]}`),
    ...beneath(to === null || known.includes(to) ? null : `→ ${to}`, dim, true),
  ]);
}

function costsOf({ calls, costUsd, estimate, attempts }: DocumentRecord, dim: Paint): Fact[] {
  const several = calls.length > 1 ? ` for ${calls.length} calls` : "";
  const possible = formatAmount(sumOf(calls.map(({ possibleUsd }) => possibleUsd)));
  const more = possible === "0" ? "" : `, possibly ${showUsd(possible)} more`;
  return [
    ...fact("cost", `${showUsd(costUsd)}${several}${more}`),
    ...calls.flatMap((call) => beneath(described(call, calls.length > 1), dim)),
    ...fact(
      "estimate",
      calls.length === 0 &&
        estimate &&
        `${showUsd(estimate.costUsd)}, at most ${showUsd(estimate.upperCostUsd)}`,
    ),
    ...fact("taken up", attempts > 1 ? `${attempts} times` : null),
  ];
}

function described(
  { at, model, serviceTier, outcome, usage, costUsd, possibleUsd }: Call,
  isOneOfSeveral: boolean,
): string {
  const number = (count: number) => count.toLocaleString("en");
  const tier = serviceTier === "default" ? "" : ` (${serviceTier})`;
  const tokens = `${number(usage.inputTokens)} tokens in, ${number(usage.outputTokens)} out`;
  const cost = outcome === "unknown" ? `possibly ${showUsd(possibleUsd)}` : showUsd(costUsd);
  const each = isOneOfSeveral ? `, ${cost}` : "";
  return `${localTime(at)} ${model}${tier}: ${outcome}, ${tokens}${each}`;
}
