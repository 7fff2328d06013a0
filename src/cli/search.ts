import { nearest } from "../nearest.ts";
import { AutodError } from "../errors.ts";
import { mayHave, parseQuery, type Query } from "../store/query.ts";
import { type Hit, type Index, indexRecords } from "../store/search.ts";
import type { DocumentRecord } from "../store/record.ts";
import { readRecords } from "../store/store.ts";
import { type Command, exit, type Invocation, jsonOption, tell } from "./command.ts";
import { documentColumns } from "./document-columns.ts";
import { escapeText } from "./escape.ts";
import { wholeNumber } from "./option.ts";
import { select, selectOptions, whyNone } from "./select.ts";
import { sortRecords } from "./sort.ts";
import { table } from "./table.ts";
import type { Terminal } from "./terminal.ts";
import { cut } from "./width.ts";

/** Hits that are shown to who looks at a terminal. */
const PAGE = 20;
/** Columns before an excerpt: where a row's status begins. */
const INDENT = 14;

export const search: Command = {
  usage: "search <words...>",
  summary: "Documents by what was read in them, best first",
  options: [
    ...selectOptions,
    ["--limit <number>", `at most so many; 0 is all (${PAGE} on a terminal)`],
    jsonOption,
  ],
  example: `autod search '"gas bill"' stadtwerke -reminder --dated 2026`,
  takesDashes: true,

  async run(invocation) {
    const { args, options, cli } = invocation;
    const { terminal } = cli;
    const unknown = args.find((word) => word.startsWith("--"));
    if (unknown !== undefined) throw unknownOption(unknown);
    const query = parseQuery(args);
    if (query.wanted.length === 0) {
      throw new AutodError("ARGUMENT_INVALID", "there is no word to look for");
    }
    const isRead = terminal.width !== Number.POSITIVE_INFINITY && !options["json"];
    const given = wholeNumber("--limit", options["limit"], 1_000_000) ?? (isRead ? PAGE : 0);
    const { dataDir } = await cli.config({ looking: true });
    const likely = await readRecords(dataDir, mayHave(query));
    using index = indexRecords(sortRecords(select(options, likely), "arrived", false));
    const hits = index.find(query, given || Number.POSITIVE_INFINITY, terminal.width - INDENT);
    const none = hits.length === 0 ? whyNothing(options, query, await readRecords(dataDir)) : null;
    tell(
      invocation,
      hits.map(({ record }) => record),
      () => {
        if (none !== null) return none;
        const more = index.count(query) - hits.length;
        return [...hitLines(hits, terminal), ...(isRead ? moreLine(more, terminal) : [])];
      },
    );
    return exit.done;
  },
};

/** What begins with one dash is a word that must not be there; with two it can only be an option. */
function unknownOption(word: string): AutodError {
  const known = [...selectOptions.map(([flags]) => flags), "--limit", "--json"];
  const names = known.map((flags) => flags.split(" ")[0] ?? "");
  const meant = nearest(word, names);
  const hint = meant === undefined ? {} : { hint: `Did you mean ${meant}?` };
  return new AutodError("ARGUMENT_INVALID", `unknown option ${word}`, hint);
}

/** Each as in a list, and below it where the words stand. */
function hitLines(hits: readonly Hit[], terminal: Terminal): string[] {
  const found = new Map(hits.map((hit) => [hit.record, hit]));
  const columns = documentColumns(terminal).map((column) =>
    column.title === "document"
      ? {
          ...column,
          style: (text: string, record: DocumentRecord) =>
            painted(text, found.get(record)?.words ?? [], terminal),
        }
      : column,
  );
  const records = hits.map(({ record }) => record);
  const [head = "", ...rows] = table(records, columns, terminal);
  const room = terminal.width - INDENT;
  const below = hits.map(({ excerpt, words }) =>
    excerpt === null
      ? []
      : [" ".repeat(INDENT) + painted(cut(escapeText(excerpt), room), words, terminal, "dim")],
  );
  return [head, ...rows.flatMap((row, at) => [row, ...(below[at] ?? [])])];
}

/** The words stand out, as whole words; signs stand alone. */
function painted(
  text: string,
  words: readonly string[],
  { style }: Terminal,
  rest: Parameters<typeof style>[0] | null = null,
): string {
  const others = (part: string) => (rest === null || part === "" ? part : style(rest, part));
  if (words.length === 0) return others(text);
  const any = words.map((word) => RegExp.escape(escapeText(word))).join("|");
  const letter = "[[\\p{L}\\p{N}]--[\\p{sc=Han}\\p{sc=Hira}\\p{sc=Kana}]]";
  const parts = text.split(new RegExp(`(?<!${letter})(${any})(?!${letter})`, "v"));
  // Every second part is what was split at.
  return parts.map((part, at) => (at % 2 === 1 ? style("yellow", part) : others(part))).join("");
}

function moreLine(more: number, { style }: Terminal): string[] {
  return more === 0 ? [] : [style("dim", `${more.toLocaleString("en")} more (--limit 0: all)`)];
}

/** Only all that is known tells why nothing was found. */
function whyNothing(
  options: Invocation["options"],
  query: Query,
  all: readonly DocumentRecord[],
): string[] {
  const selected = select(options, all);
  if (selected.length === 0) return [whyNone(options, all)];
  using index = indexRecords(selected);
  return whyNoHit(query, index);
}

/** Which word nobody wrote, and what was probably meant; or that the words never stand together. */
function whyNoHit({ wanted }: Query, index: Index): string[] {
  const count = (...texts: string[]) => index.count({ wanted: texts, unwanted: [] });
  const words = wanted
    .flatMap((text) => text.split(/\s+/))
    .filter((word) => /[\p{L}\p{N}]/u.test(word));
  const unknown = words.filter((word) => count(word) === 0);
  if (unknown.length > 0) {
    return unknown.map((word) => {
      const near = index.nearest(word);
      return escapeText(
        `no document has ${word}${near === undefined ? "" : `; did you mean ${near}?`}`,
      );
    });
  }
  const together = count(...wanted);
  if (together > 0)
    return [`no document is left; ${together} have what is wanted, and what is not`];
  const counts = wanted.map((text) => `${quoted(text)} (${count(text).toLocaleString("en")})`);
  if (wanted.length === 1) return [`no document has ${quoted(wanted.join())} in one piece`];
  return [`no document has all of it: ${counts.join(", ")}`];
}

const quoted = (text: string): string =>
  /\s/.test(text) ? `"${escapeText(text)}"` : escapeText(text);
