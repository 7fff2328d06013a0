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
  const cells = rows.map((row) => columns.map(({ text }) => text(row)));
  const natural = columns.map(({ title }, index) =>
    cells.reduce((widest, row) => Math.max(widest, widthOf(row[index] ?? "")), widthOf(title)),
  );
  const widths = fit(natural, columns, width);
  const head = columns.map(({ title }) => title);
  const line = (texts: readonly string[], paint: (text: string, index: number) => string) =>
    columns
      .map(({ align }, index) => {
        const last = index === columns.length - 1;
        const room = widths[index] ?? 0;
        const text = cut(texts[index] ?? "", room);
        const space = " ".repeat(Math.max(0, room - widthOf(text)));
        const painted = paint(text, index);
        if (align === "right") return space + painted;
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
