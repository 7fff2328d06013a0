import { z } from "zod";
import {
  type BilledLine,
  type MoneyLine,
  moneyLines,
  newestReport,
  type ReportLine,
} from "./log-lines.ts";
import { groupsOf, type Report } from "./report.ts";
import {
  add,
  addTotals,
  allTotals,
  newSum,
  type Sums,
  sumNamed,
  totals,
  totalsOf,
} from "./totals.ts";
import { dayOf } from "./window.ts";

/** What `autod costs --json` prints. */
export const costReport = z.object({
  total: totals,
  groups: z.array(totals.extend({ key: z.string() })),
  /** Since when each call is known that this is added up from; null where all are. */
  knownSince: z.iso.datetime().nullable(),
});

export type CostReport = z.infer<typeof costReport>;
export type Grouping = "day" | "month" | "model" | "folder" | "document";

/** What is asked of the log. */
export interface Question {
  readonly by?: Grouping | undefined;
  /** The first instant that counts. */
  readonly from?: Date | undefined;
  /** The first that doesn't any more. */
  readonly to?: Date | undefined;
}

/** Groups that the running totals have too. */
const inReports = { month: "months", model: "models", folder: "folders" } as const;

const areInReports = ({ by, from, to }: Question): boolean =>
  !from && !to && (by === undefined || by in inReports);

/** The lines of the log files in a folder that a question needs, to be added up. */
export async function* linesFor(
  folder: string,
  name: string,
  question: Question,
): AsyncGenerator<readonly MoneyLine[]> {
  const report = areInReports(question) ? await newestReport(folder, name) : null;
  if (report) yield [report];
  yield* moneyLines(folder, name, report?.seq);
}

/**
 * Adds up calls, each running number once, in all and by what `by` names; days and months are local time.
 *
 * The newest running totals stand for all up to theirs, also where those lines are gone. They know neither days
 * nor documents: these, and a span of time, are added up from the lines alone.
 */
export async function addUp(
  lines: AsyncIterable<readonly MoneyLine[]>,
  { by, from, to }: Question = {},
): Promise<CostReport> {
  const isOfReport = areInReports({ by, from, to });
  const total = newSum();
  const groups: Sums = new Map();
  /** When each call was made, by its number: these have no gaps, so that a list takes least. */
  const times: number[] = [];
  const count = (line: BilledLine) => {
    add(total, line);
    if (by) add(sumNamed(groups, keyOf(line, by)), line);
  };
  /** Calls that no running totals count so far. */
  let late: BilledLine[] = [];
  let newest: ReportLine | null = null;
  for await (const some of lines) {
    for (const line of some) {
      if (line.event === "cost.report") {
        if (line.seq < (newest?.seq ?? 0)) continue;
        newest = line;
        // What is counted there is needed no more.
        late = late.filter(({ seq }) => seq > line.seq);
        continue;
      }
      if (times[line.seq] !== undefined) continue;
      const at = Date.parse(line.at);
      times[line.seq] = at;
      if (isOfReport) late.push(line);
      else if ((!from || at >= from.getTime()) && (!to || at < to.getTime())) count(line);
    }
  }

  const base = isOfReport ? (newest?.seq ?? 0) : 0;
  if (isOfReport && newest) {
    addTotals(total, newest.total);
    for (const [name, one] of groupsIn(newest, by)) addTotals(sumNamed(groups, name), one);
  }
  for (const line of late) if (line.seq > base) count(line);
  const known = knownSince(times, Math.max(base, newest?.seq ?? 0), base);
  return {
    total: totalsOf(total),
    groups: allTotals(groups).map(([key, one]) => ({ key, ...one })),
    knownSince: known !== null && from && known <= from.getTime() ? null : isoOf(known),
  };
}

const isoOf = (time: number | null): string | null =>
  time === null ? null : new Date(time).toISOString();

const groupsIn = (report: Report, by: Grouping | undefined) =>
  by !== undefined && by in inReports
    ? Object.entries(report[inReports[by as keyof typeof inReports]])
    : [];

/** From which call on none is missing, up to the last that is known of; null where none is missing after `base`. */
function knownSince(times: readonly number[], reported: number, base: number): number | null {
  let seq = Math.max(reported, times.length - 1);
  while (seq > base && times[seq] !== undefined) seq -= 1;
  return seq <= base ? null : (times[seq + 1] ?? Date.now());
}

function keyOf(line: BilledLine, by: Grouping): string {
  if (by === "document") return line.id;
  return by === "day" ? dayOf(new Date(line.at)) : groupsOf(line)[by];
}
