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

/** "15.01.2026", "1/15/26", "2026-01-15" or "20260115", beginning there. */
function inNumbers(tokens: readonly Token[], at: number, wanted: Wanted): boolean {
  const { isYear, isMonth, isDay, compact, anyYear } = wanted;
  const [first, second, third] = [tokens[at], tokens[at + 1], tokens[at + 2]];
  if (!first) return false;
  if (compact.includes(first.text)) return true;
  if (!second?.isNumber || second.gap > MAX_GAP) return false;
  if (anyYear && isMonth(first) && isDay(second)) return true;
  if (!third?.isNumber || third.gap > MAX_GAP) return false;
  const dayAndMonth = (one: Token, other: Token) =>
    (isDay(one) && isMonth(other)) || (isMonth(one) && isDay(other));
  return (
    (isYear(first) && dayAndMonth(second, third)) ||
    ((isYear(third) || anyYear) && dayAndMonth(first, second))
  );
}

/** "15th of January 2026", "January 15, 2026" or "2026. január 15.", the month being there. */
function inWords(tokens: readonly Token[], at: number, wanted: Wanted): boolean {
  const { isYear, isDay, month, anyYear } = wanted;
  const word = tokens[at]?.text ?? "";
  const months = monthsOf(word);
  if (months) {
    // "July 1 to 31, 2026" has something between.
    const near = tokens.slice(Math.max(0, at - 4), at + 9);
    const middle = at - Math.max(0, at - 4);
    const days = near.filter((token, place) => isDay(token) && place <= middle + 4);
    return (
      months.has(month) &&
      days.some((token) => anyYear || near.some((other) => other !== token && isYear(other)))
    );
  }
  if (!/^[ivx]+$|.{3}/.test(word)) return false;
  // A word that is no month in a language that is known may be one in another.
  const before = numberBeside(tokens, at, -1);
  const after = numberBeside(tokens, at, 1);
  const behind = after && numberBeside(tokens, tokens.indexOf(after, at), 1);
  const are = (day: Token | undefined, yearly: Token | undefined) =>
    day !== undefined && isDay(day) && yearly !== undefined && (anyYear || isYear(yearly));
  return are(before, after) || are(after, before) || are(after, behind);
}

/** The number next to a token, also with an ending or a word such as "de" between. */
function numberBeside(tokens: readonly Token[], at: number, step: 1 | -1): Token | undefined {
  const next = tokens[at + step];
  if (next === undefined || next.isNumber) return next;
  const second = next.text.length <= 3 ? tokens[at + 2 * step] : undefined;
  return second?.isNumber ? second : undefined;
}

/** Characters that part the numbers of one date at most. */
const MAX_GAP = 3;
