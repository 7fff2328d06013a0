import { createRequire } from "node:module";
import type CliTruncate from "cli-truncate";
import type StringWidth from "string-width";

// Loaded for the first text that needs them: few do, and they would take a tenth of each command's start.
const require = createRequire(import.meta.url);
const stringWidth: typeof StringWidth = (text) =>
  (require("string-width") as { default: typeof StringWidth }).default(text);
const cliTruncate: typeof CliTruncate = (text, room) =>
  (require("cli-truncate") as { default: typeof CliTruncate }).default(text, room);

/** How many columns of a terminal a text takes. */
export const widthOf = (text: string): number => (isPlain(text) ? text.length : stringWidth(text));

/** A text that takes at most `room` columns; where something had to go, its end says so. */
export function cut(text: string, room: number): string {
  if (!Number.isFinite(room)) return text;
  if (!isPlain(text)) return cliTruncate(text, room);
  if (text.length <= room) return text;
  return room < 1 ? "" : `${text.slice(0, room - 1)}…`;
}

/** Whether each character is seen and takes one column, as those that western languages are written with do. */
export const isPlain = (text: string): boolean =>
  /^[ -~\u{a1}-\u{ac}\u{ae}-\u{2ff}–—‘’‚“”„•…€]*$/u.test(text);
