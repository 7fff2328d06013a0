import type { Terminal } from "./terminal.ts";
import { widthOf } from "./width.ts";

/**
 * A bar beside each row of a table, as long as its amount is large beside the largest; the head is the first line.
 * Where there is too little room, or nobody looks, the table is as it was.
 */
export function bars(
  lines: readonly string[],
  amounts: readonly number[],
  { width, style }: Pick<Terminal, "width" | "style">,
): string[] {
  // There may be more than fit into the arguments of one call.
  const widest = lines.reduce((most, line) => Math.max(most, widthOf(line)), 0);
  const room = Math.min(LONGEST, width - widest - GAP.length);
  const largest = amounts.reduce((most, amount) => Math.max(most, amount), 0);
  if (!Number.isFinite(width) || room < SHORTEST || largest === 0 || amounts.length < 2) {
    return [...lines];
  }
  return lines.map((line, index) => {
    const amount = amounts[index - 1] ?? 0;
    if (amount === 0) return line;
    const space = " ".repeat(widest - widthOf(line));
    return `${line}${space}${GAP}${style("green", barOf((amount / largest) * room))}`;
  });
}

const GAP = "  ";
const [SHORTEST, LONGEST] = [8, 40];
const EIGHTHS = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"] as const;

/** What is something has an eighth of a column at least. */
function barOf(columns: number): string {
  const eighths = Math.max(1, Math.round(columns * 8));
  return "█".repeat(Math.floor(eighths / 8)) + EIGHTHS[eighths % 8];
}
