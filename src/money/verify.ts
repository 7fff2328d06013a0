import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import type { Books } from "../store/forgotten.ts";
import type { BilledLine, MoneyLine, ReportLine } from "./log-lines.ts";
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
  const { logged, newest } = await gather(lines);
  const log = newSum();
  if (newest) addTotals(log, newest.total);
  const base = newest?.seq ?? 0;
  for (const line of logged.values()) if (line.seq > base) add(log, line);

  const running = newRunning();
  const stored = new Map([...books.calls()].map((call) => [call.seq, call]));
  let atBase = running.report().total;
  for (const call of [...stored.values()].toSorted((a, b) => a.seq - b.seq)) {
    running.add(call);
    if (call.seq <= base) atBase = running.report().total;
  }
  const store = running.report().total;
  const differences = [
    ...differencesIn(logged, stored, base),
    ...(newest && !isDeepStrictEqual(newest.total, atBase)
      ? [
          {
            what: "total" as const,
            seq: base,
            id: null,
            log: billOf(newest.total),
            store: billOf(atBase),
          },
        ]
      : []),
  ].toSorted((a, b) => a.seq - b.seq);
  const equal = differences.length === 0 && isDeepStrictEqual(totalsOf(log), store);
  return { equal, log: totalsOf(log), store, differences };
}

async function gather(lines: AsyncIterable<readonly MoneyLine[]>) {
  const logged = new Map<number, BilledLine>();
  let newest: ReportLine | null = null;
  for await (const some of lines) {
    for (const line of some) {
      if (line.event !== "cost.report") {
        if (!logged.has(line.seq)) logged.set(line.seq, line);
      } else if (line.seq >= (newest?.seq ?? 0)) newest = line;
    }
  }
  return { logged, newest };
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
