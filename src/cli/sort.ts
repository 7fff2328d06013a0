import { type DocumentRecord, statuses } from "../store/record.ts";

/** What records can be sorted by. */
export const sorts = ["arrived", "date", "issuer", "title", "total", "cost", "status"] as const;

/** The newest, the largest or the first of the alphabet first, or last; what isn't known is last either way. */
export function sortRecords(
  records: readonly DocumentRecord[],
  by: (typeof sorts)[number],
  reverse: boolean,
): DocumentRecord[] {
  const newest = records.toSorted((a, b) => -compare(a.source.arrivedAt, b.source.arrivedAt));
  if (by === "arrived") return reverse ? newest.toReversed() : newest;
  const key = keys[by];
  const isText = by === "issuer" || by === "title";
  const order = isText ? new Intl.Collator(undefined, { numeric: true }).compare : compare;
  const sign = (isText || by === "status" ? 1 : -1) * (reverse ? -1 : 1);
  const keyed = newest.map((record) => ({ record, key: key(record) }));
  return keyed
    .toSorted((a, b) =>
      a.key === null || b.key === null
        ? Number(a.key === null) - Number(b.key === null)
        : sign * order(a.key as never, b.key as never),
    )
    .map(({ record }) => record);
}

const compare = (a: string | number, b: string | number): number => (a === b ? 0 : a < b ? -1 : 1);

const keys = {
  date: ({ extraction }) => extraction?.documentDate ?? null,
  issuer: ({ extraction }) => extraction?.issuer || null,
  title: ({ extraction }) => extraction?.title || null,
  total: ({ extraction }) => numberOf(extraction?.totalAmount ?? null),
  cost: ({ costUsd }) => Number(costUsd),
  status: ({ status }) => statuses.indexOf(status),
} as const satisfies Record<string, (record: DocumentRecord) => string | number | null>;

const numberOf = (amount: string | null): number | null =>
  amount === null ? null : Number(amount);
