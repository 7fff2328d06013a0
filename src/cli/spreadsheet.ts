import type { DocumentRecord } from "../store/record.ts";
import { standsAt } from "../store/record.ts";

/** Records as a flat table for spreadsheets: the names of its columns, and a row for each record. */
export interface Spreadsheet {
  readonly columns: readonly string[];
  readonly rows: () => Iterable<readonly Cell[]>;
}

/** A number where a spreadsheet must not take it for anything else. */
type Cell = string | number | null;

/** Lists are joined in a cell; each field that a profile adds has a column of its own, behind the others. */
export function spreadsheetOf(records: readonly DocumentRecord[]): Spreadsheet {
  const fixed = Object.keys(columns);
  const own = ownFields(records);
  return {
    columns: [
      ...fixed,
      ...own.map((name) => plain(fixed.includes(name) ? `fields.${name}` : name)),
    ],
    *rows() {
      for (const record of records) {
        const { fields = {} } = record.extraction ?? {};
        const added = own.map((name) => (Object.hasOwn(fields, name) ? cell(fields[name]) : null));
        yield [...Object.values(columns).map((valueIn) => cell(valueIn(record))), ...added];
      }
    },
  };
}

const columns: Readonly<Record<string, (record: DocumentRecord) => unknown>> = {
  id: ({ id }) => id,
  status: ({ status }) => status,
  date: ({ extraction }) => extraction?.documentDate,
  issuer: ({ extraction }) => extraction?.issuer,
  recipient: ({ extraction }) => extraction?.recipient,
  title: ({ extraction }) => extraction?.title,
  category: ({ extraction }) => extraction?.category,
  kind: ({ extraction }) => extraction?.kind,
  currency: ({ extraction }) => extraction?.currency,
  total: ({ extraction }) => decimal(extraction?.totalAmount),
  amountDue: ({ extraction }) => decimal(extraction?.amountDue),
  dueDate: ({ extraction }) => extraction?.dueDate,
  periodStart: ({ extraction }) => extraction?.periodStart,
  periodEnd: ({ extraction }) => extraction?.periodEnd,
  references: ({ extraction }) =>
    extraction?.references.map(({ label, value }) => `${label}: ${value}`),
  tags: ({ extraction }) => extraction?.tags,
  summary: ({ extraction }) => extraction?.summary,
  language: ({ extraction }) => extraction?.language,
  pages: ({ pages }) => pages,
  folder: ({ folder }) => folder,
  arrived: ({ source }) => source.arrivedAt,
  error: ({ error }) => error?.code,
  costUsd: ({ costUsd }) => costUsd,
  file: (record) => standsAt(record),
  source: ({ source }) => source.path,
};

/** Text that begins with a minus is taken for a formula, an amount is none. */
function decimal(text: string | null | undefined): Cell {
  if (text === null || text === undefined) return null;
  return /^-\d+(\.\d+)?$/.test(text) ? Number(text) : text;
}

function ownFields(records: readonly DocumentRecord[]): readonly string[] {
  const names = records.flatMap(({ extraction }) => Object.keys(extraction?.fields ?? {}));
  return [...new Set(names)].toSorted();
}

function cell(value: unknown): Cell {
  if (value === null || value === undefined) return null;
  if (typeof value === "number") return value;
  if (Array.isArray(value)) return cell(value.map((one) => cell(one) ?? "").join("; "));
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return plain(text);
}

/** A line a record: what would break it, be obeyed by a terminal, or turn what follows round, is a space. */
const plain = (text: string): string =>
  text.replace(/[\s\p{Cc}\u202a-\u202e\u2066-\u2069]+/gu, " ").trim();
