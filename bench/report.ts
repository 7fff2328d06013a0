import { table } from "../src/cli/table.ts";
import { type Beside, type Bound, median, type Row, verdictOf } from "./benchmark.ts";
import type { Machine } from "./machine.ts";

/** What one benchmark found. */
export interface Result {
  readonly name: string;
  readonly about: string;
  readonly rows: readonly Row[];
  /** Seconds. */
  readonly took: number;
}

/** What it was measured on, in a few lines. */
export function headOf(machine: Machine): string[] {
  const { at, processor, memory, system, disk, node, versions } = machine;
  const names = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  return [
    `${at}, ${processor}, ${memory}`,
    `${system}, ${disk}`,
    [`Node ${node}`, ...names].join(", "),
  ];
}

/** A table of medians, with the least and the most that was measured in brackets. */
export function tableOf(results: readonly Result[]): string[] {
  const lines = results.flatMap(({ name, rows }) =>
    rows.map((row, at) => ({ name: at === 0 ? name : "", row })),
  );
  return table(
    lines,
    [
      { title: "benchmark", text: ({ name }) => name },
      { title: "what", text: ({ row }) => row.what },
      { title: "autod", text: ({ row }) => figures(row.ours, row.unit), align: "right" },
      { title: "against", text: ({ row: { beside, unit } }) => against(beside, unit) },
      { title: "ratio", text: ({ row }) => ratioOf(row), align: "right" },
      { title: "must be", text: ({ row: { must, unit } }) => boundOf(must, unit) },
      { title: "", text: ({ row }) => mark(verdictOf(row).isKept) },
    ],
    { width: 200, style: (_, text) => text },
  );
}

/** The rows that aren't where they must be. */
export const missedIn = (results: readonly Result[]): readonly Row[] =>
  results.flatMap(({ rows }) => rows).filter((row) => verdictOf(row).isKept === false);

const against = (beside: Beside | undefined, unit: string): string =>
  beside ? `${beside.what}: ${figures(beside.measured, unit)}` : "";

const mark = (isKept: boolean | null): string => (isKept === null ? "" : isKept ? "✓" : "✗");

function ratioOf(row: Row): string {
  const { ratio } = verdictOf(row);
  return ratio === null ? "" : ratio.toFixed(2);
}

function boundOf(must: Bound | undefined, unit: string): string {
  if (!must) return "";
  if ("ratio" in must) return `${must.ratio} ${must.bound}`;
  if ("more" in must) return `at most + ${must.bound} ${unit}`;
  return `at most ${must.bound} ${unit}`;
}

function figures(measured: readonly number[], unit: string): string {
  const middle = plain(median(measured));
  const [least, most] = [Math.min(...measured), Math.max(...measured)];
  const range = measured.length > 1 ? ` [${plain(least)}–${plain(most)}]` : "";
  return `${middle}${range} ${unit}`.trimEnd();
}

/** Three digits that count. */
function plain(value: number): string {
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value) || 1)));
  return value.toFixed(Math.min(digits, 3));
}
