import { z } from "zod";
import type { Call } from "../store/record.ts";
import { type Amount, formatAmount, parseAmount } from "./amount.ts";
import { noTokens } from "./cost.ts";

const tokens = {
  inputTokens: z.int(),
  cachedInputTokens: z.int(),
  cacheWriteTokens: z.int(),
  outputTokens: z.int(),
  reasoningTokens: z.int(),
};

/** What calls came to. */
export const totals = z.object({
  costUsd: z.string(),
  /** What may have been billed without anybody being able to know. */
  possibleUsd: z.string(),
  calls: z.int(),
  /** How many of them gave an answer that was of use. */
  ok: z.int(),
  /** Documents whose first call is one of them: so each counts once, however it is grouped. */
  documents: z.int(),
  ...tokens,
});

export type Totals = z.infer<typeof totals>;

/** What of a call is added up. */
export interface Summand extends Pick<Call, "costUsd" | "possibleUsd" | "outcome" | "usage"> {
  /** Whether it was the first for its document. */
  readonly first: boolean;
}

/** Adds up calls, exactly and in any order. */
export interface Sum {
  readonly add: (call: Summand) => void;
  readonly addAll: (totals: Totals) => void;
  readonly totals: () => Totals;
}

export function newSum(): Sum {
  let [cost, possible]: [Amount, Amount] = [0n, 0n];
  const counts = { calls: 0, ok: 0, documents: 0, ...noTokens };
  type Count = keyof typeof counts;
  const names = Object.keys(counts) as readonly Count[];
  const addCounts = (more: Partial<Readonly<Record<Count, number>>>) => {
    for (const name of names) counts[name] += more[name] ?? 0;
  };
  const addMoney = (one: Pick<Totals, "costUsd" | "possibleUsd">) => {
    cost += parseAmount(one.costUsd);
    possible += parseAmount(one.possibleUsd);
  };
  return {
    add(call) {
      addMoney(call);
      const ok = call.outcome === "ok" ? 1 : 0;
      addCounts({ ...call.usage, calls: 1, ok, documents: call.first ? 1 : 0 });
    },

    addAll(all) {
      addMoney(all);
      addCounts(all);
    },

    totals: () => ({
      costUsd: formatAmount(cost),
      possibleUsd: formatAmount(possible),
      ...counts,
    }),
  };
}

/** Sums by name, each made when it is first asked for. */
export interface Sums {
  readonly of: (name: string) => Sum;
  readonly addAll: (totals: Readonly<Record<string, Totals>>) => void;
  /** By name, in its order. */
  readonly totals: () => Record<string, Totals>;
}

export function newSums(): Sums {
  const sums = new Map<string, Sum>();
  const of = (name: string): Sum => {
    const known = sums.get(name) ?? newSum();
    sums.set(name, known);
    return known;
  };
  return {
    of,
    addAll(all) {
      for (const [name, one] of Object.entries(all)) of(name).addAll(one);
    },
    totals: () =>
      Object.fromEntries(
        [...sums]
          .toSorted(([a], [b]) => a.localeCompare(b))
          .map(([name, sum]) => [name, sum.totals()]),
      ),
  };
}
