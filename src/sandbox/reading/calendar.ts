import type { Line } from "./lines.ts";

/** A date where it stands in a line. */
export interface DateAt {
  readonly iso: string;
  readonly line: Line;
  /** Its place among the lines. */
  readonly row: number;
  readonly start: number;
  readonly end: number;
}

const yearDigits = String.raw`(?<year>\d{4}|\d{2})(?!\d)`;
const space = String.raw`[\s-]{1,2}`;
const patterns = [
  /(?<![\d-])(?<year>\d{4})[-/.](?<month>\d{2})[-/.](?<day>\d{2})(?![\d-])/gu,
  new RegExp(
    String.raw`(?<![\d.,/-])(?<first>\d{1,2})(?<by>[./-])(?<second>\d{1,2})\k<by>${yearDigits}(?![/-])`,
    "gu",
  ),
  new RegExp(
    String.raw`(?<![\d.,])(?<day>\d{1,2})(?:\.|st|nd|rd|th|er)?${space}(?:de |of )?(?<name>\p{L}{3,9})\.?,?${space}${yearDigits}`,
    "gu",
  ),
  new RegExp(
    String.raw`(?<!\p{L})(?<name>\p{L}{3,9})\.?\s(?<day>\d{1,2})(?:st|nd|rd|th)?\s?,?\s(?<year>\d{4})(?!\d)`,
    "gu",
  ),
];

/** The months by their first letters in English, German, French and Dutch; the longest beginning wins. */
const months: readonly (readonly string[])[] = [
  ["jan", "jän"],
  ["feb", "fév", "fev"],
  ["mar", "mär", "maa", "mrt"],
  ["apr", "avr"],
  ["may", "mai", "mei"],
  ["jun", "juin"],
  ["jul", "juil"],
  ["aug", "août", "aou"],
  ["sep"],
  ["oct", "okt"],
  ["nov"],
  ["dec", "dez", "déc"],
];

/** All dates of a document, in the order in which they stand there. */
export function datesIn(lines: readonly Line[]): readonly DateAt[] {
  const monthFirst = isMonthFirst(lines);
  return lines.flatMap((line, row) => {
    if (!/\d/.test(line.text)) return [];
    const found = patterns.flatMap((pattern) =>
      [...line.text.matchAll(pattern)].flatMap((match): DateAt[] => {
        const iso = toIso(match.groups ?? {}, monthFirst);
        if (iso === null) return [];
        return [{ iso, line, row, start: match.index, end: match.index + match[0].length }];
      }),
    );
    return found
      .toSorted((a, b) => a.start - b.start)
      .filter(({ start }, index, all) => index === 0 || start >= (all[index - 1]?.end ?? 0));
  });
}

/** 03/04/2026 is the third of April but where another date, or the dollar, says otherwise. */
function isMonthFirst(lines: readonly Line[]): boolean {
  const slashed = lines.flatMap(({ text }) => [
    ...text.matchAll(/(?<![\d/])(\d{1,2})\/(\d{1,2})\/(?:\d{4}|\d{2})(?!\d)/g),
  ]);
  if (slashed.some(([, first]) => Number(first) > 12)) return false;
  if (slashed.some(([, , second]) => Number(second) > 12)) return true;
  return lines.some(({ text }) => /\$|\bUSD\b/.test(text));
}

function toIso(groups: Partial<Record<string, string>>, monthFirst: boolean): string | null {
  const { by, first, second, name } = groups;
  const swapped = by === "/" && monthFirst;
  const day = Number(groups.day ?? (swapped ? second : first));
  const month = name ? monthNamed(name) : Number(groups.month ?? (swapped ? first : second));
  const year = Number(groups.year) + (groups.year?.length === 2 ? 2000 : 0);
  const date = new Date(Date.UTC(year, month - 1, day));
  const real = date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  return real && year >= 1900 && year < 2100 ? date.toISOString().slice(0, 10) : null;
}

/** From 1; 0 for a word that is no month. */
function monthNamed(word: string): number {
  const lower = word.toLowerCase();
  return months.findIndex((names) => names.some((name) => lower.startsWith(name))) + 1;
}
