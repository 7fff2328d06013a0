/** A number or a word of a text. */
export interface Token {
  readonly text: string;
  readonly isNumber: boolean;
  /** What stands between it and the one before; null if that is too much for both to be one date. */
  readonly gap: string | null;
}

/** The numbers and words of a folded text; the signs and words that only part a date are left out. */
export function tokensOf(folded: string): Token[] {
  const parted = folded.replace(parts, "/");
  const tokens: Token[] = [];
  let end = 0;
  for (const { 0: text, index } of parted.matchAll(/\d+|\p{L}+(?:\.\p{L}+)*/gu)) {
    const gap = index - end > MAX_GAP ? null : parted.slice(end, index);
    tokens.push({ text, isNumber: /^\d/.test(text), gap });
    end = index + text.length;
  }
  return tokens;
}

/** Year, month and day, as they are written between numbers in Chinese, Japanese, Korean and Vietnamese. */
const parts = /(?<=\d ?)(?:[年月日号號년월일]|thang(?!\p{L})|nam(?!\p{L}))/gu;

const MAX_GAP = 4;
