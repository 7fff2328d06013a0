import type { Finding } from "../intake/finding.ts";
import { escapeText } from "./escape.ts";
import type { Terminal } from "./terminal.ts";
import { widthOf } from "./width.ts";
import { wrap } from "./wrap.ts";

const signs = {
  well: ["green", "✓"],
  warning: ["yellow", "!"],
  fault: ["red", "✗"],
} as const satisfies Record<Finding["state"], unknown>;

/** Findings for eyes: a sign, what each is about, how that is; below it what to do. */
export function findingLines(findings: readonly Finding[], { style, width }: Terminal): string[] {
  const widths = findings.map(({ about }) => widthOf(escapeText(about)));
  const column = Math.max(...widths.filter((columns) => columns <= LONGEST)) + GAP;
  // Beside a long name there would be no room.
  const isNarrow = width - column < NARROW;
  const indent = " ".repeat(isNarrow ? 2 : column);
  return findings.flatMap(({ about, state, message, hint }) => {
    const [colour, sign] = signs[state];
    const name = escapeText(about);
    const head = `${style(colour, sign)} ${name}`;
    const lines = message.split("\n").flatMap((line) => wrap(escapeText(line), width, indent));
    const help = hint === null ? [] : wrap(escapeText(hint), width, indent);
    const below = help.map((line) => style("dim", line));
    const room = column - 2 - widthOf(name);
    if (isNarrow || room < 1) return [head, ...lines, ...below];
    const [first = "", ...rest] = lines;
    return [head + " ".repeat(room) + first.trimStart(), ...rest, ...below];
  });
}

/** Columns of what it is about; what is longer stands on a line of its own. */
const LONGEST = 20;
/** Columns of the sign, and between the columns. */
const GAP = 4;
/** Columns. */
const NARROW = 30;
