import { z } from "zod";
import type { BookedCall } from "../store/forgotten.ts";
import { type Amount, formatAmount, parseAmount } from "./amount.ts";
import type { Caps, Limits } from "./budget.ts";
import { dayOf, monthOf } from "./window.ts";

const spent = z.object({
  costUsd: z.string(),
  /** What may have been billed without anybody being able to know. */
  possibleUsd: z.string(),
  /** What both together may come to; null where there is no cap. */
  capUsd: z.string().nullable(),
});

const window = { day: spent, month: spent };

/** What this day and this month cost so far, against the budget. */
export const spending = z.object({
  ...window,
  /** The same of each folder that has caps of its own. */
  folders: z.array(z.object({ name: z.string(), ...window })),
});

export type SpendingReport = z.infer<typeof spending>;

/** Adds up the calls of the local day and month of `now`, and of later ones: so the budget counts them too. */
export function spentBy(
  calls: Iterable<BookedCall>,
  { all, folders }: Limits,
  now = new Date(),
): SpendingReport {
  const whole = newWindows(now);
  const capped = [...folders].filter(([, caps]) => Object.values(caps).some((cap) => cap !== null));
  const own = new Map(capped.map(([name]) => [name, newWindows(now)]));
  for (const call of calls) {
    whole.add(call);
    own.get(call.folder)?.add(call);
  }
  return {
    ...whole.against(all),
    folders: capped.map(([name, caps]) => ({
      name,
      ...(own.get(name) ?? newWindows(now)).against(caps),
    })),
  };
}

function newWindows(now: Date) {
  const [today, thisMonth] = [dayOf(now), monthOf(now)];
  const [day, month] = [newSum(), newSum()];
  return {
    add(call: BookedCall) {
      const at = new Date(call.at);
      if (dayOf(at) >= today) add(day, call);
      if (monthOf(at) >= thisMonth) add(month, call);
    },
    against: ({ perDay, perMonth }: Caps) => ({
      day: shown(day, perDay),
      month: shown(month, perMonth),
    }),
  };
}

interface Sum {
  cost: Amount;
  possible: Amount;
}

const newSum = (): Sum => ({ cost: 0n, possible: 0n });

function add(sum: Sum, { costUsd, possibleUsd }: BookedCall): void {
  sum.cost += parseAmount(costUsd);
  sum.possible += parseAmount(possibleUsd);
}

const shown = ({ cost, possible }: Sum, capUsd: string | null) => ({
  costUsd: formatAmount(cost),
  possibleUsd: formatAmount(possible),
  capUsd,
});
