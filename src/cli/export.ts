import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { stringify } from "csv-stringify";
import { AutodError, isErrno } from "../errors.ts";
import type { DocumentRecord } from "../store/record.ts";
import { readRecords } from "../store/store.ts";
import { escapeJson } from "../unseen.ts";
import { type Command, exit } from "./command.ts";
import { escapeText } from "./escape.ts";
import { oneOf } from "./option.ts";
import { save, type Text } from "./save.ts";
import { select, selectOptions, whyNone } from "./select.ts";
import { spreadsheetOf } from "./spreadsheet.ts";
import { stoppable } from "./stoppable.ts";

const formats = ["csv", "jsonl"] as const;

export const exportDocuments: Command = {
  usage: "export",
  summary: "Documents for spreadsheets (csv) and programs (jsonl)",
  options: [
    ["--format <format>", "csv: a flat table; jsonl: whole records, one a line, as import takes"],
    ["--output <file>", "write it into a file, which only you can read"],
    ["--force", "replace the file where there is one"],
    // Without one Excel takes UTF-8 for another encoding, and other spreadsheets don't mind it.
    ["--no-bom", "a csv without the mark by which Excel knows its encoding"],
    ...selectOptions,
  ],
  example: "autod export --format csv --dated 2026 --output 2026.csv",

  async run({ options, cli }) {
    const { terminal, signal } = cli;
    const format = oneOf("--format", options["format"], formats);
    if (!format) throw new AutodError("ARGUMENT_INVALID", "export needs --format csv or jsonl");
    const { dataDir } = await cli.config({ looking: true });
    const records = await readRecords(dataDir);
    const chosen = select(options, records);
    if (chosen.length === 0) terminal.note(whyNone(options, records));
    const text = format === "csv" ? csv(chosen, options["bom"] !== false) : jsonl(chosen);
    const { output } = options;
    return await stoppable(cli, "the export is not whole", async () => {
      if (typeof output !== "string") {
        await pour(text, terminal.output, signal);
        return exit.done;
      }
      await save(output, text, { replace: Boolean(options["force"]), signal });
      const count = chosen.length.toLocaleString("en");
      const documents = chosen.length === 1 ? "document" : "documents";
      terminal.print(`${count} ${documents} written to ${escapeText(output)}`);
      return exit.done;
    });
  },
};

function jsonl(records: readonly DocumentRecord[]): Text {
  return [
    Readable.from(records.values().map((record) => `${escapeJson(JSON.stringify(record))}\n`)),
  ];
}

/** RFC 4180, and nothing in it that a spreadsheet would reckon. */
function csv(records: readonly DocumentRecord[], bom: boolean): Text {
  const { columns, rows } = spreadsheetOf(records);
  const table = stringify({
    bom,
    columns: [...columns],
    header: true,
    record_delimiter: "windows",
    escape_formulas: true,
  });
  return [Readable.from(rows()), table];
}

/** A reader that has seen enough ("| head") is no error. */
async function pour(text: Text, output: NodeJS.WritableStream, signal: AbortSignal): Promise<void> {
  try {
    await pipeline([...text, output], { end: false, signal });
  } catch (error) {
    if (!isErrno(error, "EPIPE")) throw error;
  }
}
