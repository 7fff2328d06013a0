/** A number or a word of a text, and how many other characters stand before it. */
export interface Token {
  readonly text: string;
  readonly isNumber: boolean;
  readonly gap: number;
}

/** The numbers and words of a folded text; the signs and words that only part a date are left out. */
export function tokensOf(folded: string): Token[] {
  const tokens: Token[] = [];
  let end = 0;
  for (const { 0: text, index } of folded
    .replace(parts, "/")
    .matchAll(/\d+|\p{L}+(?:\.\p{L}+)*/gu)) {
    tokens.push({ text, isNumber: /^\d/.test(text), gap: index - end });
    end = index + text.length;
  }
  return tokens;
}

/** Year, month and day, as they are written between numbers in Chinese, Japanese, Korean and Vietnamese. */
const parts = /(?<=\d ?)(?:[年月日号號년월일]|thang(?!\p{L})|nam(?!\p{L}))/gu;
