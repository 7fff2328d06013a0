import type { Terminal } from "./terminal.ts";
import { cut, widthOf } from "./width.ts";

export interface Column<Row> {
  readonly title: string;
  readonly text: (row: Row) => string;
  readonly align?: "left" | "right";
  /** Gives way when the line is too long; without it a column is shown whole. */
  readonly shrinks?: boolean;
  /** Colours a cell after its width is settled. */
  readonly style?: (text: string, row: Row) => string;
}

const GAP = "  ";
const NARROWEST = 8;

/** Lines of an aligned table, fitted into the terminal's width. */
export function table<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  { width, style }: Pick<Terminal, "width" | "style">,
): string[] {
  const head = columns.map(({ title }) => measured(title));
  const cells = rows.map((row) => columns.map(({ text }) => measured(text(row))));
  const natural = head.map((title, index) =>
    cells.reduce((widest, row) => Math.max(widest, row[index]?.width ?? 0), title.width),
  );
  const widths = fit(natural, columns, width);
  const line = (texts: readonly Cell[], paint: (text: string, index: number) => string) =>
    texts
      .map((cell, index) => {
        const last = index === columns.length - 1;
        const room = widths[index] ?? 0;
        const shown = cell.width <= room ? cell : measured(cut(cell.text, room));
        const space = " ".repeat(Math.max(0, room - shown.width));
        const painted = paint(shown.text, index);
        if (columns[index]?.align === "right") return space + painted;
        return last ? painted : painted + space;
      })
      .join(GAP)
      .trimEnd();
  return [
    line(head, (text) => style("dim", text)),
    ...rows.map((row, at) =>
      line(cells[at] ?? [], (text, index) => columns[index]?.style?.(text, row) ?? text),
    ),
  ];
}

interface Cell {
  readonly text: string;
  readonly width: number;
}

/** Each text once: in a long table that is most of the work. */
const measured = (text: string): Cell => ({ text, width: widthOf(text) });

/** Takes what is too much from the widest of those that may shrink. */
function fit(
  natural: readonly number[],
  columns: readonly Pick<Column<never>, "shrinks">[],
  width: number,
): number[] {
  const widths = [...natural];
  const total = () => widths.reduce((sum, one) => sum + one, 0) + GAP.length * (widths.length - 1);
  while (total() > width) {
    const widest = widths.reduce(
      (best, one, index) =>
        columns[index]?.shrinks && one > NARROWEST && one > (widths[best] ?? -1) ? index : best,
      -1,
    );
    if (widest === -1) break;
    widths[widest] = (widths[widest] ?? 0) - 1;
  }
  return widths;
}
