import { AutodError } from "../errors.ts";
import { type Amount, formatAmount, parseAmount, showAmount } from "./amount.ts";
import { dayOf, monthOf, turnOfDay, turnOfMonth } from "./window.ts";

/** Caps in USD, as decimals; null where there is none. */
export interface Caps {
  readonly perDocument: string | null;
  readonly perDay: string | null;
  readonly perMonth: string | null;
}

/** What has been, or may have been, spent, and when. */
export interface Spending {
  readonly at: Date;
  readonly amount: Amount;
}

/** Money held for one document until its bill comes, or proof that there is none. */
export interface Reservation {
  readonly amountUsd: string;
  /** Lets go of what is held; safe to repeat. */
  readonly release: () => void;
}

/** Keeps spending below the caps: money is reserved before a call and booked after it. */
export interface Budget {
  /** Throws OVER_BUDGET where the amount alone passes a cap, BUDGET_EXHAUSTED where it doesn't fit now. */
  readonly reserve: (amount: Amount) => Reservation;
  /** Holds what was reserved before, and is out of anybody's hands; never throws. */
  readonly hold: (amount: Amount) => Reservation;
  readonly book: (spending: Spending) => void;
  /** Whether so much, in USD, could be reserved now. */
  readonly hasRoomFor: (usd: string) => boolean;
}

/** A budget that begins with what was spent before. Days and months are local time. */
export function openBudget(
  caps: Caps,
  before: Iterable<Spending>,
  now: () => Date = () => new Date(),
): Budget {
  const days = new Map<string, Amount>();
  const months = new Map<string, Amount>();
  const open = new Set<{ readonly amount: Amount }>();
  const book = ({ at, amount }: Spending) => {
    days.set(dayOf(at), (days.get(dayOf(at)) ?? 0n) + amount);
    months.set(monthOf(at), (months.get(monthOf(at)) ?? 0n) + amount);
  };
  for (const spending of before) book(spending);

  /**
   * What is gone since a window began.
   *
   * All that is held counts, whenever that was: its bill may come in this window. So does what was booked in
   * a later one: a clock that is set back reopens nothing.
   */
  const goneSince = (window: string, spent: ReadonlyMap<string, Amount>): Amount => {
    const booked = [...spent].filter(([other]) => other >= window).map(([, amount]) => amount);
    const held = [...open].map(({ amount }) => amount);
    return [...booked, ...held].reduce((sum, amount) => sum + amount, 0n);
  };

  const hold = (amount: Amount): Reservation => {
    const held = { amount };
    open.add(held);
    return { amountUsd: formatAmount(amount), release: () => open.delete(held) };
  };

  const goneToday = (at: Date) => goneSince(dayOf(at), days);
  const goneThisMonth = (at: Date) => goneSince(monthOf(at), months);

  return {
    book,

    hasRoomFor(usd) {
      const [at, amount] = [now(), parseAmount(usd)];
      const day = fits(caps.perDay, goneToday(at) + amount);
      return day && fits(caps.perMonth, goneThisMonth(at) + amount);
    },

    reserve(amount) {
      const at = now();
      for (const [name, cap] of Object.entries(caps)) {
        if (cap !== null && amount > parseAmount(cap)) throw overBudget(name, cap, amount);
      }
      requireRoom("perDay", caps.perDay, goneToday(at) + amount, turnOfDay(at));
      requireRoom("perMonth", caps.perMonth, goneThisMonth(at) + amount, turnOfMonth(at));
      return hold(amount);
    },

    hold,
  };
}

function overBudget(name: string, cap: string, amount: Amount): AutodError {
  const most = showAmount(amount);
  return new AutodError(
    "OVER_BUDGET",
    `it could cost up to ${most}, but budget.${name} is $${cap}`,
  );
}

const fits = (cap: string | null, wanted: Amount): boolean =>
  cap === null || wanted <= parseAmount(cap);

function requireRoom(name: keyof Caps, cap: string | null, wanted: Amount, left: number): void {
  if (fits(cap, wanted)) return;
  const message = `what is left of budget.${name} ($${cap}) is too little for it`;
  throw new AutodError("BUDGET_EXHAUSTED", message, { retryAfter: left });
}
