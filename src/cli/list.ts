import { showAmount, sumOf } from "../money/amount.ts";
import type { DocumentRecord } from "../store/record.ts";
import { readRecords } from "../store/store.ts";
import { type Command, exit, type Invocation, jsonOption, tell } from "./command.ts";
import { documentColumns } from "./document-columns.ts";
import { oneOf, wholeNumber } from "./option.ts";
import { select, selectOptions, whyNone } from "./select.ts";
import { sortRecords, sorts } from "./sort.ts";
import { table } from "./table.ts";
import type { Terminal } from "./terminal.ts";

export const list: Command = {
  usage: "list",
  summary: "The documents that were taken in, newest first",
  options: [
    ...selectOptions,
    ["--sort <by>", `by ${sorts.join(", ")}`],
    ["--reverse", "the other way round"],
    ["--limit <number>", "only the first so many"],
    jsonOption,
  ],
  example: "autod list --issuer stadtwerke --dated 2026 --sort total",

  async run(invocation) {
    const { options, cli } = invocation;
    const by = oneOf("--sort", options["sort"], sorts) ?? "arrived";
    const most = wholeNumber("--limit", options["limit"], 1_000_000);
    const { dataDir } = await cli.config({ looking: true });
    const all = await readRecords(dataDir);
    const selected = select(options, all);
    const sorted = sortRecords(selected, by, options["reverse"] === true);
    const shown = most === undefined ? sorted : sorted.slice(0, most);
    tell(invocation, shown, (terminal) =>
      selected.length === 0
        ? [whyNone(options, all)]
        : [
            ...table(shown, documentColumns(terminal, asksForTotal(options)), terminal),
            ...sumLine(shown, selected.length, terminal),
          ],
    );
    return exit.done;
  },
};

const asksForTotal = ({ sort, min, max }: Invocation["options"]): boolean =>
  sort === "total" || min !== undefined || max !== undefined;

/** How many, and what they cost; for who looks at a terminal, not for the next program. */
function sumLine(shown: readonly DocumentRecord[], of: number, terminal: Terminal): string[] {
  if (terminal.width === Number.POSITIVE_INFINITY) return [];
  const some = shown.length === of ? "" : `${shown.length.toLocaleString("en")} of `;
  const documents = `${of.toLocaleString("en")} ${of === 1 ? "document" : "documents"}`;
  const cost = showAmount(sumOf(shown.map(({ costUsd }) => costUsd)));
  return [terminal.style("dim", `${some}${documents}, ${cost}`)];
}
