import { z } from "zod";
import type { BookedCall } from "../store/forgotten.ts";
import { formatAmount, sumOf } from "./amount.ts";
import type { Caps, Limits } from "./budget.ts";
import { dayOf } from "./window.ts";

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

/**
 * What was called since the local month of `now` began, and later: what no cap asks about would take most of the time.
 */
export function* sinceThisMonth<Called extends Pick<BookedCall, "at">>(
  calls: Iterable<Called>,
  now = new Date(),
): Generator<Called> {
  const begun = new Date(now.getFullYear(), now.getMonth(), 1).getTime();
  for (const call of calls) if (Date.parse(call.at) >= begun) yield call;
}

/** Adds up the calls of the local day and month of `now`, and of later ones: so the budget counts them too. */
export function spentBy(
  calls: Iterable<BookedCall>,
  { all, folders }: Limits,
  now = new Date(),
): SpendingReport {
  const recent = [...sinceThisMonth(calls, now)];
  const capped = [...folders].filter(([, caps]) => Object.values(caps).some((cap) => cap !== null));
  return {
    ...against(all, recent, now),
    folders: capped.map(([name, caps]) => ({
      name,
      ...against(
        caps,
        recent.filter(({ folder }) => folder === name),
        now,
      ),
    })),
  };
}

function against({ perDay, perMonth }: Caps, ofMonth: readonly BookedCall[], now: Date) {
  const today = dayOf(now);
  const ofDay = ofMonth.filter(({ at }) => dayOf(new Date(at)) >= today);
  return { day: sumUp(ofDay, perDay), month: sumUp(ofMonth, perMonth) };
}

const sumUp = (calls: readonly BookedCall[], capUsd: string | null) => ({
  costUsd: formatAmount(sumOf(calls.map(({ costUsd }) => costUsd))),
  possibleUsd: formatAmount(sumOf(calls.map(({ possibleUsd }) => possibleUsd))),
  capUsd,
});
