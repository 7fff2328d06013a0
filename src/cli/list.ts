import { AutodError } from "../errors.ts";
import { parseAmount, showAmount } from "../money/amount.ts";
import { type DocumentRecord, statuses } from "../store/record.ts";
import { readRecords } from "../store/store.ts";
import { type Command, exit, jsonOption } from "./command.ts";
import { escapeText } from "./escape.ts";
import { paintStatus } from "./status-colour.ts";
import { table } from "./table.ts";

export const list: Command = {
  usage: "list",
  summary: "The documents that were taken in, newest first",
  options: [
    ["--status <status>", `only those that are ${statuses.join(", ")}`],
    ["--folder <name>", "only those of this folder"],
    jsonOption,
  ],
  example: "autod list --status quarantined",

  async run({ options, cli }) {
    const { terminal } = cli;
    const { status, folder, json } = options;
    if (status !== undefined && !statuses.includes(status as (typeof statuses)[number])) {
      const message = `--status takes ${statuses.join(", ")}, not ${String(status)}`;
      throw new AutodError("ARGUMENT_INVALID", message);
    }
    const { dataDir } = await cli.config({ looking: true });
    const records = (await readRecords(dataDir))
      .filter((record) => status === undefined || record.status === status)
      .filter((record) => folder === undefined || record.folder === folder)
      .toSorted((a, b) => b.source.arrivedAt.localeCompare(a.source.arrivedAt));
    if (json) terminal.print(JSON.stringify(records, null, 2));
    else if (records.length === 0) terminal.print("no documents");
    else for (const line of rows(records, terminal)) terminal.print(line);
    return exit.done;
  },
};

const rows = (
  records: readonly DocumentRecord[],
  terminal: Parameters<typeof table<DocumentRecord>>[2],
) =>
  table(
    records,
    [
      { title: "id", text: ({ id }) => id },
      {
        title: "status",
        text: ({ status }) => status,
        style: (text, { status }) => paintStatus(text, status, terminal),
      },
      { title: "date", text: ({ extraction }) => extraction?.documentDate ?? "" },
      { title: "document", text: describe, shrinks: true },
      {
        title: "cost",
        text: ({ costUsd }) => showAmount(parseAmount(costUsd)),
        align: "right",
      },
    ],
    terminal,
  );

/** Who it is from and what it is; before it was read, its name and what is wrong with it. */
function describe({ extraction, error, source }: DocumentRecord): string {
  const read = [extraction?.issuer, extraction?.title].filter(Boolean).join(" – ");
  return escapeText(read || [source.name, error?.code].filter(Boolean).join(": "));
}
