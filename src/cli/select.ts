import { type Extraction, kinds } from "../extraction.ts";
import { AutodError } from "../errors.ts";
import { type DocumentRecord, statuses } from "../store/record.ts";
import type { Given, Invocation } from "./command.ts";
import { escapeText } from "./escape.ts";
import { instant, oneOf } from "./option.ts";

type Options = Invocation["options"];
type Fits = (record: DocumentRecord) => boolean;

/** The options by which records are chosen, as a command names them. */
export const selectOptions = [
  ["--status <status>", `only those that are ${statuses.join(", ")}`],
  ["--folder <name>", "only those of this watched folder"],
  ["--profile <name>", "only those read by this profile"],
  ["--issuer <text>", "only those with this in their issuer's name"],
  ["--category <text>", "only those with this in their category"],
  ["--kind <kind>", `only a kind: ${kinds.join(", ")}`],
  ["--tag <text>", "only those with this in a tag"],
  ["--dated <when>", "by their own date: 2026, 2026-01, 2026-01-15 or 2025-11..2026-02"],
  ["--min <total>", "only those with a total of at least this"],
  ["--max <total>", "only those with a total of at most this"],
  ["--possible-duplicates", "only those that look like another: same issuer, date, amount, number"],
  ["--since <time>", 'only those that arrived since a day, "2026-11-22 14:05" or 2h ago'],
  ["--until <time>", "only those that arrived until then; a day counts whole"],
] as const;

/** The records that fit all of the options that are given, in their order. Throws ARGUMENT_INVALID. */
export function select(options: Options, records: readonly DocumentRecord[]): DocumentRecord[] {
  const filters = filtersOf(options);
  return records.filter((record) => filters.every(({ fits }) => fits(record)));
}

/** Why nothing was selected of these records: "none of 6 documents fits --folder other". */
export function whyNone(options: Options, records: readonly DocumentRecord[]): string {
  if (records.length === 0) return "no documents yet";
  const filters = filtersOf(options);
  const alone = filters.find(({ fits }) => !records.some(fits));
  const guilty = alone ? [alone] : filters;
  const all = guilty.length > 1 ? "all of " : "";
  const given = guilty.map(({ given: text }) => escapeText(text)).join(" ");
  const documents = records.length === 1 ? "1 document" : `${records.length} documents`;
  return `none of ${documents} fits ${all}${given}`;
}

/** Each filter that is given, with how it was given. */
function filtersOf(options: Options): { readonly given: string; readonly fits: Fits }[] {
  return Object.entries(filters).flatMap(([name, make]) => {
    const value = options[name];
    if (value === undefined) return [];
    const text = value === true ? "" : ` ${String(value)}`;
    const flag = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    return [{ given: `--${flag}${text}`, fits: make(value) }];
  });
}

const filters: Readonly<Record<string, (given: Given) => Fits>> = {
  status(given) {
    const wanted = oneOf("--status", given, statuses);
    return ({ status }) => status === wanted;
  },
  folder:
    (given) =>
    ({ folder }) =>
      folder === given,
  profile:
    (given) =>
    ({ profile }) =>
      profile === given,
  issuer: (given) => has(given, ({ issuer }) => [issuer ?? ""]),
  category: (given) => has(given, ({ category }) => [category]),
  kind(given) {
    const wanted = oneOf("--kind", given, kinds);
    return ({ extraction }) => extraction?.kind === wanted;
  },
  tag: (given) => has(given, ({ tags }) => tags),
  dated(given) {
    const { from, to } = span(given);
    return ({ extraction }) => {
      const date = extraction?.documentDate ?? "";
      // Cut to the length of what was said, "2026-01" is the whole month.
      return date !== "" && date.slice(0, from.length) >= from && date.slice(0, to.length) <= to;
    };
  },
  min(given) {
    const least = amount("--min", given);
    return totalThat((total) => total >= least);
  },
  max(given) {
    const most = amount("--max", given);
    return totalThat((total) => total <= most);
  },
  possibleDuplicates:
    () =>
    ({ possibleDuplicateOf }) =>
      possibleDuplicateOf !== null,
  since(given) {
    const from = instant("--since", given)?.getTime() ?? 0;
    return ({ source }) => Date.parse(source.arrivedAt) >= from;
  },
  until(given) {
    const to = instant("--until", given) ?? new Date();
    // The next local midnight: a day is not always 24 hours long.
    if (/^\d{4}-\d\d-\d\d$/.test(String(given))) to.setDate(to.getDate() + 1);
    return ({ source }) => Date.parse(source.arrivedAt) < to.getTime();
  },
};

/** Whether one of the texts has a part, whatever its case and accents: "muller" and "mueller" are in "Müller". */
function has(given: Given, textsOf: (read: Extraction) => readonly string[]): Fits {
  const part = plain(String(given));
  const inGerman = shortened(part);
  return ({ extraction }) =>
    extraction !== null &&
    textsOf(extraction)
      .map(plain)
      .some((text) => text.includes(part) || shortened(text).includes(inGerman));
}

const plain = (text: string): string =>
  text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().replaceAll("ß", "ss");

const shortened = (text: string): string => text.replace(/(?<=[aou])e/g, "");

/** A year, a month or a day, as an expression. */
const day = String.raw`\d{4}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?)?`;

/** What "2026-01" or "2025..2026-03" means; open at an end that isn't named. */
function span(given: Given): { readonly from: string; readonly to: string } {
  const text = String(given);
  const [, from = "", dots, end = ""] =
    new RegExp(`^(${day})?(\\.\\.)?(${day})?$`).exec(text) ?? [];
  const isOne = dots === undefined && from !== "" && end === "";
  if (!isOne && (dots === undefined || (from === "" && end === ""))) {
    const message = `--dated takes a year, a month, a day (2026-01-15) or a span of them (2025-11..2026-02), not ${text}`;
    throw new AutodError("ARGUMENT_INVALID", message);
  }
  return { from, to: isOne ? from : end };
}

function amount(name: string, given: Given): number {
  const text = String(given);
  if (/^-?\d{1,15}(\.\d{1,6})?$/.test(text)) return Number(text);
  throw new AutodError("ARGUMENT_INVALID", `${name} takes an amount like 84.20, not ${text}`);
}

const totalThat =
  (fits: (total: number) => boolean): Fits =>
  ({ extraction }) => {
    const total = extraction?.totalAmount ?? null;
    return total !== null && fits(Number(total));
  };
