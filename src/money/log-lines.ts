import { z } from "zod";
import { call } from "../store/record.ts";
import { linesIn, logFiles } from "./log-files.ts";
import { report } from "./report.ts";

const usd = z.string().regex(/^\d+(\.\d{1,12})?$/);

/** One billed, or possibly billed, call as the log has it: the record's own, and whose it is. */
const billed = z.object({
  // What isn't added up may be missing.
  ...call.partial().shape,
  event: z.enum(["call.billed", "call.unknown"]),
  ...call.pick({ seq: true, model: true, at: true, outcome: true, usage: true }).shape,
  costUsd: usd,
  possibleUsd: usd,
  id: z.string(),
  sha256: z.string(),
  folder: z.string(),
  /** Whether it was the first for its document. */
  first: z.boolean(),
});

const totalled = report.extend({ event: z.literal("cost.report"), time: z.iso.datetime() });

export type BilledLine = z.infer<typeof billed>;
export type ReportLine = z.infer<typeof totalled>;
export type MoneyLine = BilledLine | ReportLine;

/**
 * What the rolling log files tell of money, many lines at a time, oldest file first; of calls only those with a
 * higher number than `after`. Lines that are torn or of another kind, and files that aren't ours, are passed over;
 * a line may come twice. No folder is no lines.
 */
export async function* moneyLines(
  folder: string,
  name: string,
  after = 0,
): AsyncGenerator<MoneyLine[]> {
  for (const path of await logFiles(folder, name)) yield* moneyLinesIn(path, after);
}

async function* moneyLinesIn(path: string, after = 0): AsyncGenerator<MoneyLine[]> {
  for await (const lines of linesIn(path)) {
    const found: MoneyLine[] = [];
    for (const line of lines) {
      // Most lines are about other things, and most bills are counted elsewhere: parsing takes most of the time.
      if (isOfMoney(line) && numberIn(line) > after) found.push(...read(line));
    }
    yield found;
  }
}

/** All of these lines: the bills by their numbers, each once, and the newest running totals. */
export async function gather(lines: AsyncIterable<readonly MoneyLine[]>): Promise<Gathered> {
  const bills = new Map<number, BilledLine>();
  let newest: ReportLine | null = null;
  for await (const some of lines) {
    for (const line of some) {
      if (line.event !== "cost.report") {
        if (!bills.has(line.seq)) bills.set(line.seq, line);
      } else if (line.seq >= (newest?.seq ?? 0)) newest = line;
    }
  }
  return { bills, newest };
}

interface Gathered {
  readonly bills: ReadonlyMap<number, BilledLine>;
  readonly newest: ReportLine | null;
}

/** The running totals that were written last, read from the newest file that has any; null where none has. */
export async function newestReport(folder: string, name: string): Promise<ReportLine | null> {
  for (const path of (await logFiles(folder, name)).toReversed()) {
    let newest: ReportLine | null = null;
    for await (const lines of linesIn(path)) {
      for (const line of lines) {
        if (!isReport(line) || numberIn(line) < (newest?.seq ?? 0)) continue;
        const [found] = read(line);
        if (found?.event === "cost.report") newest = found;
      }
    }
    if (newest) return newest;
  }
  return null;
}

// What a file is called can't look like these: its quotes are escaped.
const isReport = (line: string): boolean => line.includes('"event":"cost.report"');
const isOfMoney = (line: string): boolean => line.includes('"event":"call.') || isReport(line);

/** Before the last of them there may be a line that was torn; where there is none this one has to be looked into. */
function numberIn(line: string): number {
  const at = line.lastIndexOf('"seq":');
  return at === -1 ? Infinity : Number.parseInt(line.slice(at + 6, at + 26), 10);
}

/** The line, where it is one. */
function read(line: string): MoneyLine[] {
  // A death may have torn the line before it, and this one begins behind that.
  const found = parse(line) ?? parse(line.slice(line.lastIndexOf('{"level":')));
  const isTotal = found?.event === "cost.report";
  const { data } = (isTotal ? totalled : billed).safeParse(found);
  return data ? [data] : [];
}

function parse(line: string): { readonly event?: unknown } | null {
  try {
    return JSON.parse(line) as object | null;
  } catch {
    return null;
  }
}

/** Where the log of bills ends: the running numbers of its last calls, and from which one on they are all of them. */
export interface LogEnd {
  readonly since: number;
  readonly seqs: ReadonlySet<number>;
  /** The last call that running totals in these files count. */
  readonly reported: number;
}

/**
 * Reads the newest of the log files, as far back as there are calls in two of them; all of it where there aren't, and
 * then what its running totals count is taken to be all.
 */
export async function endOfLog(folder: string, name: string): Promise<LogEnd> {
  const seqs = new Set<number>();
  let [found, reported] = [0, 0];
  for (const path of (await logFiles(folder, name)).toReversed()) {
    const before = seqs.size;
    for await (const lines of moneyLinesIn(path)) {
      for (const { event, seq } of lines) {
        if (event === "cost.report") reported = Math.max(reported, seq);
        else seqs.add(seq);
      }
    }
    if (seqs.size > before) found += 1;
    if (found === 2) return { since: smallest(seqs), seqs, reported };
  }
  // Where there are fewer, older files may be gone: what running totals count needs no line.
  const since = reported === 0 ? 0 : Math.min(smallest(seqs), reported + 1);
  return { since, seqs, reported };
}

/** There may be more than fit into the arguments of one call. */
function smallest(numbers: Iterable<number>): number {
  let least = Number.POSITIVE_INFINITY;
  for (const number of numbers) least = Math.min(least, number);
  return least;
}
