import type { Config } from "../config/schema.ts";
import { targetFor } from "../filing/archive.ts";
import { prepareProfiles, profileNamed } from "../openai/profile.ts";
import type { DocumentRecord } from "../store/record.ts";
import { readRecords } from "../store/store.ts";
import { type Command, exit, jsonOption, tell } from "./command.ts";
import { escapeText } from "./escape.ts";
import type { Terminal } from "./terminal.ts";
import { wrap } from "./wrap.ts";

export const review: Command = {
  usage: "review",
  summary: "What was set aside for you to look at, and why",
  options: [jsonOption],
  example: "autod review",

  async run(invocation) {
    const config = await invocation.cli.config({ looking: true });
    const records = await readRecords(config.dataDir);
    const aside = records
      .filter(({ status }) => status === "review")
      .toSorted((a, b) => b.source.arrivedAt.localeCompare(a.source.arrivedAt));
    tell(invocation, aside, (terminal) =>
      aside.length === 0 ? ["nothing is set aside"] : describe(aside, config, terminal),
    );
    return exit.done;
  },
};

function describe(
  aside: readonly DocumentRecord[],
  config: Config,
  terminal: Terminal,
): readonly string[] {
  const profiles = prepareProfiles(config.profiles);
  const nameFor = (record: DocumentRecord): string | null => {
    const { settings } = profileNamed(profiles, record.profile);
    return record.extraction && placeFor(record.extraction, record.source.name, settings);
  };
  return [
    ...aside.flatMap((record) => [...linesFor(record, nameFor(record), terminal), ""]),
    ...wrap(NEXT, terminal.width, ""),
  ];
}

const NEXT =
  "autod accept ID files it under that name; autod edit ID KEY=VALUE puts it right; autod reject ID gives it up; autod show ID tells all.";

function placeFor(
  extraction: NonNullable<DocumentRecord["extraction"]>,
  original: string,
  templates: Config["profiles"][string],
): string {
  const { folders, name } = targetFor({ extraction, templates, original, review: false });
  return [...folders, name].join("/");
}

/** The document, what speaks against what was read, and the name that it would have. */
function linesFor(
  { id, filedAs, source, checks }: DocumentRecord,
  name: string | null,
  { style, width }: Terminal,
): string[] {
  const about = (label: string, text: string) =>
    wrap(escapeText(text), width - LABEL, "").map(
      (line, at) => `  ${style("dim", (at === 0 ? label : "").padEnd(LABEL - 2))}${line}`,
    );
  return [
    `${style("bold", id)}  ${escapeText(source.name)}`,
    ...checks
      .filter(({ hard }) => hard)
      .flatMap(({ field, message }) => about("to check", `${field}: ${message}`)),
    ...(name === null ? [] : about("would be", name)),
    ...(filedAs === null ? [] : about("stands at", filedAs)),
  ];
}

const LABEL = 12;
