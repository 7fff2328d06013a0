import { z } from "zod";
import type { Limits } from "../money/budget.ts";
import { spending, spentBy } from "../money/spent.ts";
import type { BookedCall } from "../store/forgotten.ts";
import { type DocumentRecord, statuses } from "../store/record.ts";

/** What a day came to. */
export const summary = z.object({
  since: z.iso.datetime(),
  until: z.iso.datetime(),
  came: z.int().describe("Documents that came in this time; duplicates are none."),
  became: z
    .record(z.enum(statuses), z.int())
    .describe("How many of those that came are of each status now."),
  duplicates: z.int().describe("Files that came in this time, and whose bytes were known."),
  waiting: z.int().describe("All documents that wait now."),
  review: z.int().describe("All that a person has to look at now."),
  quarantined: z.int().describe("All that are in quarantine now."),
  day: spending.shape.day.describe("What the local day cost in which this time ended."),
  month: spending.shape.month.describe("The same of its month, up to then."),
});

export type DaySummary = z.infer<typeof summary>;

/** What a day is summed up from. */
interface Kept {
  readonly records: Iterable<DocumentRecord>;
  /** All that was ever called. */
  readonly calls: Iterable<BookedCall>;
  readonly limits: Limits;
}

/**
 * Sums up what came since an instant and before another; null where nothing came, nothing was called, and
 * nothing waits or needs a person.
 */
export function daySummary(
  { records, calls, limits }: Kept,
  since: Date,
  until: Date,
): DaySummary | null {
  const isWithin = (at: string) => Date.parse(at) >= +since && Date.parse(at) < +until;
  const all = [...records];
  const came = all.filter(({ createdAt }) => isWithin(createdAt));
  const duplicates = all.flatMap((one) => one.duplicates).filter(({ seenAt }) => isWithin(seenAt));
  const [waiting, review, quarantined] = (["waiting", "review", "quarantined"] as const).map(
    (status) => countOf(all, status),
  ) as [number, number, number];
  const before = [...calls].filter(({ at }) => Date.parse(at) < +until);
  const happened = came.length + duplicates.length + before.filter(({ at }) => isWithin(at)).length;
  if (happened + waiting + review + quarantined === 0) return null;
  // A day that ends at midnight isn't the one that begins then.
  const { day, month } = spentBy(before, limits, new Date(+until - 1));
  return {
    since: since.toISOString(),
    until: until.toISOString(),
    came: came.length,
    became: Object.fromEntries(
      statuses.map((status) => [status, countOf(came, status)]),
    ) as DaySummary["became"],
    duplicates: duplicates.length,
    waiting,
    review,
    quarantined,
    day,
    month,
  };
}

const countOf = (records: readonly DocumentRecord[], wanted: DocumentRecord["status"]): number =>
  records.filter(({ status }) => status === wanted).length;
