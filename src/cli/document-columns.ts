import { showUsd } from "../money/amount.ts";
import type { DocumentRecord } from "../store/record.ts";
import { escapeText } from "./escape.ts";
import { totalOf } from "./show.ts";
import { paintStatus } from "./status-colour.ts";
import type { Column } from "./table.ts";
import type { Terminal } from "./terminal.ts";
import { briefly } from "./waiting-words.ts";
import { cut } from "./width.ts";

/** A table's columns for documents; what each is about in total stands there where it is asked for, or has room. */
export function documentColumns(
  terminal: Terminal,
  asksForTotal = false,
): readonly Column<DocumentRecord>[] {
  const total: Column<DocumentRecord> = {
    title: "total",
    text: ({ extraction }) => escapeText((extraction && totalOf(extraction)) ?? ""),
    align: "right",
  };
  return [
    { title: "id", text: ({ id }) => id },
    {
      title: "status",
      text: ({ status }) => status,
      style: (text, { status }) => paintStatus(text, status, terminal),
    },
    { title: "date", text: dateIn },
    { title: "document", text: describe, shrinks: true },
    ...(asksForTotal || terminal.width >= ROOMY ? [total] : []),
    { title: "cost", text: ({ costUsd }) => showUsd(costUsd), align: "right" },
  ];
}

/** In columns. */
const ROOMY = 100;

/** Whatever stands where a date should takes no more room than one. */
const dateIn = ({ extraction }: DocumentRecord): string =>
  cut(escapeText(extraction?.documentDate ?? ""), "2026-01-15".length);

/** Who it is from and what it is; before it was read, its name. What is the matter stands first: names are cut. */
function describe(record: DocumentRecord): string {
  const { extraction, source } = record;
  const read = [extraction?.issuer, extraction?.title].filter(Boolean).join(" – ");
  return escapeText([troubleOf(record), read || source.name].filter(Boolean).join(": "));
}

function troubleOf({
  status,
  error,
  waiting,
  possibleDuplicateOf: twin,
}: DocumentRecord): string | null {
  if (twin !== null) return `like ${twin}`;
  if (status === "quarantined") return error?.code ?? null;
  if (status !== "waiting" || !waiting) return null;
  const { reason, retryAt } = waiting;
  const code = error?.code ?? null;
  return reason === "retry" ? briefly(reason, code, retryAt) : (code ?? reason);
}
