import { AutodError } from "../errors.ts";
import { type Amount, formatAmount, parseAmount, showAmount } from "./amount.ts";
import { dayOf, monthOf, turnOfDay, turnOfMonth } from "./window.ts";

/** Caps in USD, as decimals; null where there is none. */
export interface Caps {
  readonly perDocument: string | null;
  readonly perDay: string | null;
  readonly perMonth: string | null;
}

/** The caps of all, and those that a folder has besides. */
export interface Limits {
  readonly all: Caps;
  readonly folders: ReadonlyMap<string, Caps>;
}

/** The caps that are configured. */
export function limitsIn({ budget, folders }: Configured): Limits {
  return {
    all: budget,
    folders: new Map(
      folders.map(({ name, budget: own }) => [
        name,
        { perDocument: null, perDay: own?.perDay ?? null, perMonth: own?.perMonth ?? null },
      ]),
    ),
  };
}

type Configured = {
  readonly budget: Caps;
  readonly folders: readonly {
    readonly name: string;
    readonly budget?: { readonly [cap in "perDay" | "perMonth"]?: string | undefined } | undefined;
  }[];
};

/** What has been, or may have been, spent, when, and on documents of which folder. */
export interface Spending {
  readonly at: Date;
  readonly amount: Amount;
  readonly folder: string;
}

/** Money held for one document until its bill comes, or proof that there is none. */
export interface Reservation {
  readonly amountUsd: string;
  /** When it was made (ISO 8601, UTC): into that day and month it fits. */
  readonly at: string;
  /** Lets go of what is held; safe to repeat. */
  readonly release: () => void;
}

/** Keeps spending below the caps: money is reserved before a call and booked after it. */
export interface Budget {
  /**
   * Throws OVER_BUDGET where the amount alone passes a cap, or with what the same document cost before the one for
   * a document; and BUDGET_EXHAUSTED where it doesn't fit now.
   */
  readonly reserve: (amount: Amount, folder: string, before?: Amount) => Reservation;
  /** Holds what was reserved before, and is out of anybody's hands; never throws. */
  readonly hold: (amount: Amount, folder: string) => Reservation;
  readonly book: (spending: Spending) => void;
  /** Throws BUDGET_EXHAUSTED where so much doesn't fit, whatever becomes of what is held. */
  readonly requireUnspent: (amount: Amount, folder: string) => void;
  /** Whether so much, in USD, could be reserved now. */
  readonly hasRoomFor: (usd: string, folder: string) => boolean;
  /** Has other caps hold from now on; what is spent and held stays so. */
  readonly limit: (limits: Limits) => void;
  /** What was, or may have been, spent today. */
  readonly spentToday: () => Amount;
}

/** A budget that begins with what was spent before. Days and months are local time. */
export function openBudget(
  limits: Limits,
  before: Iterable<Spending>,
  now: () => Date = () => new Date(),
): Budget {
  let { all, folders } = limits;
  const whole = openAccount("budget", () => all);
  const own = new Map<string, Account>();
  /** One for each folder that was ever heard of: it may get caps of its own later. */
  const accountOf = (folder: string): Account => {
    const known = own.get(folder);
    if (known) return known;
    const made = openAccount(`folders.${folder}.budget`, () => folders.get(folder) ?? uncapped);
    own.set(folder, made);
    return made;
  };
  const accountsOf = (folder: string): Account[] => [whole, accountOf(folder)];
  const book = ({ folder, ...spending }: Spending) => {
    for (const account of accountsOf(folder)) account.book(spending);
  };
  for (const spending of before) book(spending);

  const hold = (amount: Amount, folder: string, at = now()): Reservation => {
    const releases = accountsOf(folder).map((account) => account.hold(amount));
    return {
      amountUsd: formatAmount(amount),
      at: at.toISOString(),
      release: () => releases.forEach((release) => release()),
    };
  };

  return {
    book,
    hold: (amount, folder) => hold(amount, folder),

    requireUnspent(amount, folder) {
      if (isFree(amount)) return;
      for (const account of accountsOf(folder)) account.requireUnspent(amount, now());
    },

    hasRoomFor(usd, folder) {
      const amount = parseAmount(usd);
      return isFree(amount) || accountsOf(folder).every((account) => account.fits(amount, now()));
    },

    reserve(amount, folder, spentOnIt = 0n) {
      if (isFree(amount)) return hold(amount, folder);
      const accounts = accountsOf(folder);
      for (const account of accounts) account.requireFitting(amount);
      const { perDocument } = all;
      requireFitting(amount + spentOnIt, { perDocument }, "budget", spentOnIt);
      const at = now();
      for (const account of accounts) account.requireRoom(amount, at);
      return hold(amount, folder, at);
    },

    limit(next) {
      ({ all, folders } = next);
    },

    spentToday: () => whole.spentOn(now()),
  };
}

const uncapped: Caps = { perDocument: null, perDay: null, perMonth: null };

/** It passes no cap, though more may have been spent than a cap that was lowered since. */
const isFree = (amount: Amount): boolean => amount === 0n;

/** What is spent and held under one set of caps. */
interface Account {
  readonly book: (spending: Pick<Spending, "at" | "amount">) => void;
  /** Gives what lets go of it again. */
  readonly hold: (amount: Amount) => () => void;
  readonly fits: (amount: Amount, at: Date) => boolean;
  /** Throws OVER_BUDGET. */
  readonly requireFitting: (amount: Amount) => void;
  /** Throws BUDGET_EXHAUSTED. */
  readonly requireRoom: (amount: Amount, at: Date) => void;
  /** The same, as if nothing were held. */
  readonly requireUnspent: (amount: Amount, at: Date) => void;
  /** What was spent on a day, and later: a clock that is set back makes nothing unspent. */
  readonly spentOn: (day: Date) => Amount;
}

function openAccount(name: string, capsNow: () => Caps): Account {
  const days = new Map<string, Amount>();
  const months = new Map<string, Amount>();
  const open = new Set<{ readonly amount: Amount }>();

  /** What was booked in a later window counts in this one: a clock that is set back reopens nothing. */
  const spentSince = (window: string, spent: ReadonlyMap<string, Amount>): Amount =>
    sum([...spent].filter(([other]) => other >= window).map(([, amount]) => amount));

  /** All of it counts, whenever that was: its bill may come in this window. */
  const held = () => sum([...open].map(({ amount }) => amount));

  /** The window that has no room for so much more than was spent, and how long that lasts. */
  const full = (amount: Amount, at: Date) => {
    const caps = capsNow();
    const day = spentSince(dayOf(at), days) + amount;
    const month = spentSince(monthOf(at), months) + amount;
    // Where both are full the longer wait holds.
    if (!isWithin(month, caps.perMonth)) return { cap: "perMonth", left: turnOfMonth(at) } as const;
    if (!isWithin(day, caps.perDay)) return { cap: "perDay", left: turnOfDay(at) } as const;
    return null;
  };

  const requireNone = (found: ReturnType<typeof full>) => {
    if (!found) return;
    const { cap, left } = found;
    const message = `what is left of ${name}.${cap} ($${capsNow()[cap]}) is too little for it`;
    throw new AutodError("BUDGET_EXHAUSTED", message, { retryAfter: left });
  };

  return {
    book({ at, amount }) {
      days.set(dayOf(at), (days.get(dayOf(at)) ?? 0n) + amount);
      months.set(monthOf(at), (months.get(monthOf(at)) ?? 0n) + amount);
    },

    hold(amount) {
      const one = { amount };
      open.add(one);
      return () => void open.delete(one);
    },

    fits: (amount, at) => full(amount + held(), at) === null,

    requireFitting: (amount) => requireFitting(amount, capsNow(), name),

    requireRoom: (amount, at) => requireNone(full(amount + held(), at)),
    requireUnspent: (amount, at) => requireNone(full(amount, at)),
    spentOn: (day) => spentSince(dayOf(day), days),
  };
}

/**
 * Throws OVER_BUDGET where an amount alone passes a cap; `name` is where the caps are configured, `spent` what of the
 * amount is gone already.
 */
export function requireFitting(
  amount: Amount,
  caps: Partial<Caps>,
  name: string,
  spent: Amount = 0n,
): void {
  for (const [key, cap] of Object.entries(caps)) {
    if (isWithin(amount, cap)) continue;
    const gone = spent === 0n ? "" : ` in all, ${showAmount(spent)} of it spent already`;
    const most = `it could cost up to ${showAmount(amount)}${gone}`;
    throw new AutodError("OVER_BUDGET", `${most}, but ${name}.${key} is $${cap}`);
  }
}

const sum = (amounts: readonly Amount[]): Amount =>
  amounts.reduce((all, amount) => all + amount, 0n);

const isWithin = (wanted: Amount, cap: string | null): boolean =>
  cap === null || wanted <= parseAmount(cap);
