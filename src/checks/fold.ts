/**
 * A text as it is compared: without case, accents, ligatures and hyphenation, with the digits of all scripts
 * as 0 to 9, and with one spelling of umlauts ("Müller", "Mueller" and "MULLER" are the same).
 */
export function fold(text: string): string {
  return (
    text
      // Normalising is quadratic in a run of combining marks.
      .replace(/(\p{M}{8})\p{M}+/gu, "$1")
      // Whole phrases in one sign: written out, a page full of them would take minutes.
      .replace(/[\uFDFA\uFDFB]+/g, "")
      // U+FFFE is what PDFium puts where a word was hyphenated.
      .replace(/[\p{Default_Ignorable_Code_Point}\uFFFE]+(?:\r?\n)?/gu, "")
      .replace(/(?<=\p{L})\p{Pd}[ \t]{0,4}\r?\n[ \t]{0,4}(?=\p{Ll})/gu, "")
      .normalize("NFKD")
      .replace(/\p{M}+/gu, "")
      .normalize("NFC")
      .toLowerCase()
      .replace(/[ßøæœłđıς]/g, (letter) => plain[letter as keyof typeof plain])
      .replace(/([aou])e/g, "$1")
      .replace(/[^\P{Nd}0-9]/gu, toAscii)
  );
}

const plain = {
  ß: "ss",
  ø: "o",
  æ: "ae",
  œ: "oe",
  ł: "l",
  đ: "d",
  ı: "i",
  ς: "σ",
} as const;

/** The digits of a script begin at a multiple of 16, or 6 behind one. */
function toAscii(digit: string): string {
  const code = digit.codePointAt(0) ?? 0;
  const inRow = code % 16;
  const beginsRow = /\p{Nd}/u.test(String.fromCodePoint(code - inRow));
  return String(beginsRow ? inRow : inRow - 6);
}

/**
 * Its letters and digits alone, with the points and commas between digits: spaces, quotes and dashes are
 * written, and lost, in too many ways.
 */
export const squeeze = (folded: string): string =>
  folded.replace(/[^\p{L}\p{N}.,]+|[.,](?!\p{N})|(?<!\p{N})[.,]/gu, "");

/** Its words; "S.p.A.", "e. V." and "H&M" are one. */
export const wordsOf = (folded: string): string[] =>
  folded
    .replace(/(?<![\p{L}\p{N}])(\p{L}) ?[.&/] ?(?=\p{L}(?![\p{L}\p{N}]))/gu, "$1")
    .match(/[\p{L}\p{N}]+/gu) ?? [];
