import type { Passage } from "./passage.ts";

/** A number without its sign, and without zeros that say nothing: "1234.5" of "-01234.50". */
export function plainNumber(number: string): string {
  const [whole = "", fraction = ""] = number.replace(/^-/, "").split(".");
  const digits = whole.replace(/^0+(?=\d)/, "");
  const rest = fraction.replace(/0+$/, "");
  return rest === "" ? digits : `${digits}.${rest}`;
}

/**
 * Every number in a folded text as `plainNumber` writes it, in every way in which it may be meant: "1.234" is
 * 1234 to some, and 1.234 to others.
 */
export function numbersIn(folded: string): Set<string> {
  const found = new Set<string>();
  const groups = Array.from(folded.matchAll(/\d+/g), ({ 0: digits, index }) => ({
    digits,
    start: index,
    end: index + digits.length,
  }));
  const between = (at: number): string => {
    const [left, right] = [groups[at], groups[at + 1]];
    return left && right && right.start - left.end <= 3 ? folded.slice(left.end, right.start) : "";
  };

  for (const [first, { digits, start }] of groups.entries()) {
    if (digits.length > MAX_DIGITS) continue;
    if (/^[.,]$/.test(folded.charAt(start - 1))) {
      // The rest of a number, unless nothing stands before its point.
      if (/\d/.test(folded.charAt(start - 2))) continue;
      found.add(plainNumber(`0.${digits}`));
    }
    let whole = digits;
    let mark = "";
    let complete = true;
    for (let at = first; whole.length <= MAX_DIGITS; at++) {
      const parting = between(at);
      const next = groups[at + 1]?.digits ?? "";
      const isDecimal = /^ ?[.,·٫] ?$/.test(parting) && parting !== mark;
      if (complete && isDecimal) found.add(plainNumber(`${whole}.${next}`));
      if (complete && !/^[.,٫]$/.test(parting)) found.add(plainNumber(whole));
      const isGrouped = /^[.,'’`·٬ ]$/.test(parting) && (mark === "" || mark === parting);
      if (!isGrouped || whole.length === 0 || next.length < 2 || next.length > 4) break;
      if (at === first && digits.length > 4) break;
      mark = parting;
      whole += next;
      // Indian numbers have pairs, but at their end three.
      complete = next.length >= 3;
    }
  }
  return found;
}

/** Longer ones are no amounts. */
const MAX_DIGITS = 18;

/** Whether a text has an amount, whatever its sign; that nothing is to be paid may be said without a number. */
export function writesAmount({ numbers, folded }: Passage, amount: string): boolean {
  const plain = plainNumber(amount);
  return plain === "0" || numbers.has(plain) || (plain.endsWith("000") && roundly.test(folded));
}

/** "1.2 million". */
const roundly =
  /(?<!\p{L})(?:tsd|mio|mill?|mln|mrd|bn|bio|lakhs?|crores?|(?:milli|billi)(?:on|ard)\p{L}*)(?!\p{L})|[万萬億亿만억]/u;
