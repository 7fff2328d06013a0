import { z } from "zod";
import { type BilledLine, gather, type MoneyLine, moneyLines, newestReport } from "./log-lines.ts";
import { groupsOf, type Report } from "./report.ts";
import {
  add,
  addTotals,
  allTotals,
  newSum,
  type Sum,
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
  question: Question = {},
): Promise<CostReport> {
  const tally = newTally(question.by);
  const known = areInReports(question)
    ? await addReported(lines, tally)
    : await addLines(lines, question, tally);
  const { from } = question;
  return {
    total: totalsOf(tally.total),
    groups: allTotals(tally.groups).map(([key, one]) => ({ key, ...one })),
    knownSince: known === null || (from && known <= from.getTime()) ? null : isoOf(known),
  };
}

interface Tally {
  readonly by: Grouping | undefined;
  readonly total: Sum;
  readonly groups: Sums;
}

const newTally = (by: Grouping | undefined): Tally => ({ by, total: newSum(), groups: new Map() });

const isoOf = (time: number): string => new Date(time).toISOString();

/** Adds the newest running totals, and the calls after them; gives since when all are known, null where they are. */
async function addReported(
  lines: AsyncIterable<readonly MoneyLine[]>,
  tally: Tally,
): Promise<number | null> {
  const { bills, newest } = await gather(lines);
  if (newest) {
    addTotals(tally.total, newest.total);
    for (const [name, one] of groupsIn(newest, tally.by))
      addTotals(sumNamed(tally.groups, name), one);
  }
  const base = newest?.seq ?? 0;
  const times: number[] = [];
  for (const line of bills.values()) {
    times[line.seq] = Date.parse(line.at);
    if (line.seq > base) addBill(tally, line);
  }
  return knownSince(times, base, base);
}

const groupsIn = (report: Report, by: Grouping | undefined) =>
  by !== undefined && by in inReports
    ? Object.entries(report[inReports[by as keyof typeof inReports]])
    : [];

/** Adds the calls of a span of time as they come, for there may be many. */
async function addLines(
  lines: AsyncIterable<readonly MoneyLine[]>,
  { from, to }: Question,
  tally: Tally,
): Promise<number | null> {
  /** When each call was made, by its number: these have no gaps, so that a list takes least. */
  const times: number[] = [];
  let reported = 0;
  for await (const some of lines) {
    for (const line of some) {
      if (line.event === "cost.report") {
        reported = Math.max(reported, line.seq);
        continue;
      }
      if (times[line.seq] !== undefined) continue;
      const at = Date.parse(line.at);
      times[line.seq] = at;
      if ((!from || at >= from.getTime()) && (!to || at < to.getTime())) addBill(tally, line);
    }
  }
  return knownSince(times, reported, 0);
}

/** From which call on none is missing, up to the last that is known of; null where none is missing after `base`. */
function knownSince(times: readonly number[], reported: number, base: number): number | null {
  let seq = Math.max(reported, times.length - 1);
  while (seq > base && times[seq] !== undefined) seq -= 1;
  return seq <= base ? null : (times[seq + 1] ?? Date.now());
}

function addBill({ by, total, groups }: Tally, line: BilledLine): void {
  add(total, line);
  if (by) add(sumNamed(groups, keyOf(line, by)), line);
}

function keyOf(line: BilledLine, by: Grouping): string {
  if (by === "document") return line.id;
  return by === "day" ? dayOf(new Date(line.at)) : groupsOf(line)[by];
}
