import cliTruncate from "cli-truncate";
import stringWidth from "string-width";

/** How many columns of a terminal a text takes. */
export const widthOf = (text: string): number => (isPlain(text) ? text.length : stringWidth(text));

/** A text that takes at most `room` columns; where something had to go, its end says so. */
export function cut(text: string, room: number): string {
  if (!isPlain(text)) return cliTruncate(text, room);
  if (text.length <= room) return text;
  return room < 1 ? "" : `${text.slice(0, room - 1)}…`;
}

/** Whether each character takes one column, as those do that western languages are written with. */
const isPlain = (text: string): boolean =>
  /^[ -~\u{a1}-\u{ac}\u{ae}-\u{2ff}–—‘’‚“”„•…€]*$/u.test(text);
