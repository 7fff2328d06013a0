import { z } from "zod";
import type { Call } from "../store/record.ts";
import { type Amount, formatAmount, parseAmount } from "./amount.ts";
import type { Caps } from "./budget.ts";
import { dayOf, monthOf } from "./window.ts";

const spent = z.object({
  costUsd: z.string(),
  /** What may have been billed without anybody being able to know. */
  possibleUsd: z.string(),
  /** What both together may come to; null where there is no cap. */
  capUsd: z.string().nullable(),
});

/** What this day and this month cost so far, against the budget. */
export const spending = z.object({ day: spent, month: spent });

export type SpendingReport = z.infer<typeof spending>;

/** Adds up the calls of the local day and month of `now`, and of later ones: so the budget counts them too. */
export function spentBy(calls: Iterable<Call>, caps: Caps, now = new Date()): SpendingReport {
  const [today, thisMonth] = [dayOf(now), monthOf(now)];
  const [day, month] = [newSum(), newSum()];
  for (const call of calls) {
    const at = new Date(call.at);
    if (dayOf(at) >= today) add(day, call);
    if (monthOf(at) >= thisMonth) add(month, call);
  }
  return { day: shown(day, caps.perDay), month: shown(month, caps.perMonth) };
}

interface Sum {
  cost: Amount;
  possible: Amount;
}

const newSum = (): Sum => ({ cost: 0n, possible: 0n });

function add(sum: Sum, { costUsd, possibleUsd }: Call): void {
  sum.cost += parseAmount(costUsd);
  sum.possible += parseAmount(possibleUsd);
}

const shown = ({ cost, possible }: Sum, capUsd: string | null) => ({
  costUsd: formatAmount(cost),
  possibleUsd: formatAmount(possible),
  capUsd,
});
