import { showUsd } from "../money/amount.ts";
import { type DocumentRecord, statuses } from "../store/record.ts";
import { readRecords } from "../store/store.ts";
import { type Command, exit, jsonOption, tell } from "./command.ts";
import { escapeText } from "./escape.ts";
import { oneOf } from "./option.ts";
import { paintStatus } from "./status-colour.ts";
import { table } from "./table.ts";
import { briefly } from "./waiting-words.ts";

export const list: Command = {
  usage: "list",
  summary: "The documents that were taken in, newest first",
  options: [
    ["--status <status>", `only those that are ${statuses.join(", ")}`],
    ["--folder <name>", "only those of this folder"],
    jsonOption,
  ],
  example: "autod list --status quarantined",

  async run(invocation) {
    const { options, cli } = invocation;
    const { folder } = options;
    const status = oneOf("--status", options["status"], statuses);
    const { dataDir } = await cli.config({ looking: true });
    const records = (await readRecords(dataDir))
      .filter((record) => status === undefined || record.status === status)
      .filter((record) => folder === undefined || record.folder === folder)
      .toSorted((a, b) => b.source.arrivedAt.localeCompare(a.source.arrivedAt));
    tell(invocation, records, (terminal) =>
      records.length === 0 ? ["no documents"] : rows(records, terminal),
    );
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
        text: ({ costUsd }) => showUsd(costUsd),
        align: "right",
      },
    ],
    terminal,
  );

/** Who it is from and what it is; before it was read, its name. What waits says for what. */
function describe({ extraction, error, source, waiting }: DocumentRecord): string {
  const read = [extraction?.issuer, extraction?.title].filter(Boolean).join(" – ");
  const name = read || source.name;
  if (!waiting) return escapeText(read || [name, error?.code].filter(Boolean).join(": "));
  const { reason, retryAt } = waiting;
  const words = briefly(reason, error?.code ?? null, retryAt);
  return escapeText(`${name}: ${reason === "retry" ? words : `for ${words}`}`);
}
