import { findByPrefix, readRecords } from "../store/store.ts";
import type { DocumentRecord } from "../store/record.ts";
import { type Command, exit, jsonOption, tell } from "./command.ts";
import { escapeText } from "./escape.ts";
import { type Fact, factsOf } from "./facts.ts";
import type { Terminal } from "./terminal.ts";
import { widthOf } from "./width.ts";
import { wrap } from "./wrap.ts";

export { totalOf } from "./facts.ts";

export const show: Command = {
  usage: "show <id>",
  summary: "All that is known of a document",
  options: [jsonOption],
  example: "autod show 3f2a9c",

  async run(invocation) {
    const { args, cli } = invocation;
    const { dataDir } = await cli.config({ looking: true });
    const id = args[0] ?? "";
    const mayMatter = (line: string) => line.startsWith(`"${id.toLowerCase()}`);
    const record = findByPrefix(await readRecords(dataDir, mayMatter), id);
    tell(invocation, record, (terminal) => describeRecord(record, terminal));
    return exit.done;
  },
};

/** A record for eyes: a fact a line, what belongs together in a paragraph. */
export function describeRecord(record: DocumentRecord, terminal: Terminal): string[] {
  const groups = factsOf(record, terminal).map(escaped);
  const widths = groups.flat().map(({ label }) => widthOf(label));
  const column = Math.max(...widths.filter((width) => width <= WIDEST)) + 2;
  return groups.flatMap((group, at) => [
    ...(at === 0 ? [] : [""]),
    ...group.flatMap((fact) => linesOf(fact, column, terminal)),
  ]);
}

/** In columns. The name of a field may be longer; then its value stands below it. */
const WIDEST = 16;

const escaped = (group: readonly Fact[]): Fact[] =>
  group.map((fact) => {
    return { ...fact, label: escapeText(fact.label), text: escapeText(fact.text) };
  });

function linesOf(
  { label, text, whole, paint = (line) => line }: Fact,
  column: number,
  { style, width }: Terminal,
): string[] {
  const lines = (whole ? [text] : wrap(text, width - column, "")).map(paint);
  const space = " ".repeat(column);
  const [first = "", ...rest] = lines.map((line) => space + line);
  if (label === "") return [first, ...rest];
  const title = style("dim", label);
  const room = column - widthOf(label);
  // A name that is too long has a line of its own.
  if (room < 2) return [title, first, ...rest];
  return [title + first.slice(widthOf(label)), ...rest];
}
