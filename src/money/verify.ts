import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import type { Books } from "../store/forgotten.ts";
import { type BilledLine, gather, type MoneyLine, type ReportLine } from "./log-lines.ts";
import { newRunning } from "./report.ts";
import { add, addTotals, newSum, type Totals, totals, totalsOf } from "./totals.ts";

const bill = z.object({ costUsd: z.string(), possibleUsd: z.string() });

/** What `autod costs --verify --json` prints. */
export const verification = z.object({
  /** Whether log and store agree to the last digit. */
  equal: z.boolean(),
  log: totals,
  store: totals,
  /** Where they don't, in the order of the calls. */
  differences: z.array(
    z.object({
      /** call: one of them lacks it, or has it otherwise; total: what all calls up to this one come to. */
      what: z.enum(["call", "total"]),
      seq: z.int(),
      /** The document's; null for a total. */
      id: z.string().nullable(),
      log: bill.nullable(),
      store: bill.nullable(),
    }),
  ),
});

export type Verification = z.infer<typeof verification>;
type Difference = Verification["differences"][number];
type Told = Pick<BilledLine, "seq" | "id" | "costUsd" | "possibleUsd" | "usage">;

/** Holds what the log tells against what the store has: each call, and what all of them come to. */
export async function verify(
  lines: AsyncIterable<readonly MoneyLine[]>,
  books: Pick<Books, "calls">,
): Promise<Verification> {
  const { bills: logged, newest } = await gather(lines);
  const base = newest?.seq ?? 0;
  const log = newSum();
  if (newest) addTotals(log, newest.total);
  for (const line of logged.values()) if (line.seq > base) add(log, line);

  const calls = [...books.calls()].toSorted((a, b) => a.seq - b.seq);
  const running = newRunning();
  for (const call of calls) if (call.seq <= base) running.add(call);
  const atBase = running.report().total;
  for (const call of calls) if (call.seq > base) running.add(call);
  const store = running.report().total;

  const stored = new Map(calls.map((call) => [call.seq, call]));
  const differences = [
    ...differencesIn(logged, stored, base),
    ...(newest ? differenceAt(newest, atBase) : []),
  ].toSorted((a, b) => a.seq - b.seq);
  const equal = differences.length === 0 && isDeepStrictEqual(totalsOf(log), store);
  return { equal, log: totalsOf(log), store, differences };
}

function differenceAt({ seq, total }: ReportLine, store: Totals): Difference[] {
  if (isDeepStrictEqual(total, store)) return [];
  return [{ what: "total", seq, id: null, log: billOf(total), store: billOf(store) }];
}

/** What the running totals count may be gone from the lines. */
function differencesIn(
  logged: ReadonlyMap<number, Told>,
  stored: ReadonlyMap<number, Told>,
  reported: number,
): Difference[] {
  return [...new Set([...logged.keys(), ...stored.keys()])].flatMap((seq): Difference[] => {
    const [log, store] = [logged.get(seq), stored.get(seq)];
    if (!log && seq <= reported) return [];
    if (log && store && isSame(log, store)) return [];
    const id = (log ?? store)?.id ?? null;
    return [
      { what: "call", seq, id, log: log ? billOf(log) : null, store: store ? billOf(store) : null },
    ];
  });
}

const isSame = (one: Told, other: Told): boolean =>
  isDeepStrictEqual([billOf(one), one.usage], [billOf(other), other.usage]);

const billOf = ({ costUsd, possibleUsd }: Pick<Totals, "costUsd" | "possibleUsd">) => ({
  costUsd,
  possibleUsd,
});
