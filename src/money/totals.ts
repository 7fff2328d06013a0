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

/** A sum that is still being made: exact, in whatever order it is added up. There may be many. */
export interface Sum {
  cost: Amount;
  possible: Amount;
  readonly counts: Record<Count, number>;
}

type Count = Exclude<keyof Totals, "costUsd" | "possibleUsd">;

const none = { calls: 0, ok: 0, documents: 0, ...noTokens };
const countNames = Object.keys(none) as readonly Count[];
const tokenNames = Object.keys(noTokens) as readonly (keyof typeof noTokens)[];

export const newSum = (): Sum => ({ cost: 0n, possible: 0n, counts: { ...none } });

/** Adds a call. */
export function add(sum: Sum, { costUsd, possibleUsd, outcome, usage, first }: Summand): void {
  sum.cost += parseAmount(costUsd);
  sum.possible += parseAmount(possibleUsd);
  const { counts } = sum;
  counts.calls += 1;
  if (outcome === "ok") counts.ok += 1;
  if (first) counts.documents += 1;
  for (const name of tokenNames) counts[name] += usage[name];
}

/** Adds what many calls came to. */
export function addTotals(sum: Sum, all: Totals): void {
  sum.cost += parseAmount(all.costUsd);
  sum.possible += parseAmount(all.possibleUsd);
  for (const name of countNames) sum.counts[name] += all[name];
}

export const totalsOf = ({ cost, possible, counts }: Sum): Totals => ({
  costUsd: formatAmount(cost),
  possibleUsd: formatAmount(possible),
  ...counts,
});

/** Sums by name. */
export type Sums = Map<string, Sum>;

/** The sum of that name, made when it is first asked for. */
export function sumNamed(sums: Sums, name: string): Sum {
  const known = sums.get(name) ?? newSum();
  sums.set(name, known);
  return known;
}

/** By name, in the order of names. */
export const allTotals = (sums: Sums): [name: string, totals: Totals][] =>
  [...sums].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([name, sum]) => [name, totalsOf(sum)]);
