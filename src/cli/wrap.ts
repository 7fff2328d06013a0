import { widthOf } from "./width.ts";

/** Breaks a sentence between words into lines that fit, each behind `indent`; a longer word keeps its line. */
export function wrap(text: string, width: number, indent: string): string[] {
  if (width === Number.POSITIVE_INFINITY) return [indent + text];
  const lines: string[] = [];
  let used = 0;
  for (const part of text.split(gap)) {
    const word = part.trimEnd();
    const size = widthOf(word);
    if (lines.length > 0 && used + size <= width) lines.push(lines.pop() + part);
    else {
      lines.push(indent + part);
      used = indent.length;
    }
    used += size + part.length - word.length;
  }
  return lines.map((line) => line.trimEnd());
}

/** Where a line may end: behind a space, and between signs that are written without spaces. */
const gap = /(?<= )|(?<=[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}])(?=[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}])/v;
