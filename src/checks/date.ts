import { monthsOf } from "./month.ts";
import type { Passage } from "./passage.ts";
import type { Token } from "./token.ts";

/**
 * Whether a text has a date, "2026-01-31", in any way of writing it. Of dates in Chinese, Japanese and Thai the
 * year may be another, and of those in Arabic and Hebrew all of it: they have calendars of their own.
 */
export function writesDate({ folded, tokens }: Passage, date: string): boolean {
  if (/[\p{sc=Arabic}\p{sc=Hebrew}]|[一二三四五六七八九十]月/u.test(folded)) return true;
  const [year = "", month = "", day = ""] = date.split("-");
  const wanted: Wanted = {
    isYear: ({ text }) => text === year || text === year.slice(2),
    isMonth: isNumber(month),
    isDay: isNumber(day),
    month: Number(month),
    compact: [year + month + day, day + month + year, month + day + year].flatMap((one) => [
      one,
      one.replace(year, year.slice(2)),
    ]),
    anyYear: /[\p{sc=Han}\p{sc=Thai}]/u.test(folded),
  };
  return tokens.some((token, at) =>
    token.isNumber ? inNumbers(tokens, at, wanted) : inWords(tokens, at, wanted),
  );
}

interface Wanted {
  readonly isYear: (token: Token) => boolean;
  readonly isMonth: (token: Token) => boolean;
  readonly isDay: (token: Token) => boolean;
  readonly month: number;
  /** The date as one number. */
  readonly compact: readonly string[];
  readonly anyYear: boolean;
}

const isNumber =
  (wanted: string) =>
  ({ text, isNumber: is }: Token): boolean =>
    is && text.length <= 2 && Number(text) === Number(wanted);

/** "15.01.2026", "1/15/26", "2026-01-15" or "20260115", beginning there, also as the begin of a range. */
function inNumbers(tokens: readonly Token[], at: number, wanted: Wanted): boolean {
  const { isYear, isMonth, isDay, compact, anyYear } = wanted;
  const [first, second, third, fourth] = tokens.slice(at, at + 4);
  if (!first) return false;
  if (compact.includes(first.text)) return true;
  if (!second || !isNear(second)) return false;
  const dayAndMonth = (one: Token, other: Token) =>
    (isDay(one) && isMonth(other)) || (isMonth(one) && isDay(other));
  if (dayAndMonth(first, second)) {
    if (anyYear || (third && isNear(third) && isYear(third))) return true;
    const year = tokens.slice(at + 2, at + 6).find(isYearly);
    if (year && isYear(year)) return true;
  }
  if (!third || !isNear(third)) return false;
  if (isYear(first) && dayAndMonth(second, third)) return true;
  const isRange = /\p{Pd}/u.test(second.gap ?? "");
  return Boolean(isRange && isDay(first) && isMonth(third) && fourth && isYear(fourth));
}

/** Whether it may belong to the same date as the number before. */
const isNear = ({ isNumber: is, gap }: Token): boolean => is && gap !== null;

/** "15th of January 2026", "January 15, 2026" or "2026. január 15.", the month being there. */
function inWords(tokens: readonly Token[], at: number, wanted: Wanted): boolean {
  const { isYear, isDay, month, anyYear } = wanted;
  const word = tokens[at]?.text ?? "";
  const months = monthsOf(word);
  if (months) {
    return (
      months.has(month) &&
      daysBeside(tokens, at).some(isDay) &&
      (anyYear || yearsBeside(tokens, at).some(isYear))
    );
  }
  if (!/^[ivx]+$|.{3}/.test(word)) return false;
  // A word that is no month in a language that is known may be one in another.
  const [before] = numbersBeside(tokens, at, -1);
  const [after, behind] = numbersBeside(tokens, at, 1);
  const are = (day: Token | undefined, year: Token | undefined) =>
    day !== undefined && isDay(day) && year !== undefined && (anyYear || isYear(year));
  const isLatin = /\p{sc=Latin}/u.test(word);
  const year = behind && isYearly(behind) ? behind : undefined;
  return are(before, after) || are(after, year) || (!isLatin && are(after, before));
}

/** Also those of a range: "July 1 to 31, 2026". */
const daysBeside = (tokens: readonly Token[], at: number): Token[] =>
  ([-1, 1] as const).flatMap((step) => numbersBeside(tokens, at, step));

/** The year comes behind, if there is one, also behind the rest of a range; one of two digits at once. */
function yearsBeside(tokens: readonly Token[], at: number): Token[] {
  const short = tokens.slice(at + 1, at + 3).filter(({ text }) => text.length === 2);
  const behind = tokens.slice(at + 1, at + 9).find(isYearly);
  const before = tokens.slice(Math.max(0, at - 4), at).findLast(isYearly);
  const year = behind ?? before;
  return year ? [...short, year] : short;
}

const isYearly = ({ text, isNumber: is }: Token): boolean => is && text.length === 4;

/** The numbers beside a word, nearest first: up to a year, and over short words and endings ("15th of"). */
function numbersBeside(tokens: readonly Token[], at: number, step: 1 | -1): Token[] {
  const found: Token[] = [];
  for (let away = 1; away <= 4; away++) {
    const token = tokens[at + away * step];
    if (!token || (!token.isNumber && token.text.length > 3)) break;
    if (token.isNumber) found.push(token);
    if (token.isNumber && token.text.length > 2) break;
  }
  return found;
}
