import type { Logger } from "pino";
import type { Profile } from "../openai/profile.ts";
import type { Reply } from "../openai/reply.ts";
import type { BookedCall } from "../store/forgotten.ts";
import { type Call, type DocumentRecord, laterOf } from "../store/record.ts";
import type { Store } from "../store/store.ts";
import { type Amount, formatAmount, parseAmount, sumOf } from "./amount.ts";
import type { Budget, Reservation, Spending } from "./budget.ts";
import { costOf, noTokens, priceOf } from "./cost.ts";
import { type Estimator, openEstimator } from "./estimator.ts";
import type { Experiences } from "./experience.ts";
import type { Ledger } from "./ledger.ts";
import { isPriced, type Price, tariff, tariffOf, type Tariff } from "./prices.ts";

/** A call that is about to be made, or was. */
export interface Asked {
  readonly sha256: string;
  /** The name of the folder that it came by. */
  readonly folder: string;
  readonly profile: Profile;
  readonly detail: string;
  /** The most that it may cost. */
  readonly upperUsd: string;
  /** When that was reserved (ISO 8601, UTC), where it was in this process. */
  readonly reservedAt?: string;
}

/** Where every call is booked: in its document's record, against the caps, and in the log. */
export interface Billing extends Estimator {
  /** Counts what the document cost before; throws OVER_BUDGET or BUDGET_EXHAUSTED. */
  readonly reserve: (amount: Amount, of: Pick<Asked, "sha256" | "folder">) => Reservation;
  /** Holds what an answer in the making may cost against every cap, until its bill is booked. */
  readonly keep: (asked: Pick<Asked, "sha256" | "folder" | "upperUsd">) => void;
  /** Journals a reply's bill, and in the same commit what was learned from it. */
  readonly book: (
    asked: Asked,
    reply: Reply,
    learned: Partial<DocumentRecord>,
    log: Logger,
  ) => Promise<void>;
  /** Journals a call of which nobody can know whether it was billed, at its upper bound. */
  readonly bookUnknown: (asked: Asked, log: Logger) => Promise<void>;
}

/** What calls are booked with. */
export interface Desk {
  readonly ledger: Pick<Ledger, "nextSeq" | "tell">;
  readonly budget: Pick<Budget, "reserve" | "hold" | "book">;
  /** The configuration's own. */
  readonly prices: Readonly<Record<string, Price>>;
  readonly experiences: Experiences;
  readonly open: OpenCalls;
}

/** What isn't booked yet: all who book calls in one store share it. */
export interface OpenCalls {
  /** What answers in the making may cost, by document. */
  readonly kept: Map<string, Reservation>;
  /** The numbers of calls that could not be journaled yet, by document: tried again, each is the same call. */
  readonly unstored: Map<string, number[]>;
}

/** None at first. */
export const noOpenCalls = (): OpenCalls => ({ kept: new Map(), unstored: new Map() });

export function openBilling(
  store: Pick<Store, "find" | "update">,
  { ledger, budget, prices, experiences, open: { kept, unstored } }: Desk,
): Billing {
  /** A call of an earlier start may have been to a model that has no price any more. */
  const priceIfKnown = ({ settings }: Profile): Price => {
    try {
      return tariffOf(settings, prices).price;
    } catch {
      return { input: "0", cachedInput: "0", cacheWrite: "0", output: "0" };
    }
  };

  /**
   * The tariff of what the response says it used. A name without a price costs what was asked for; so does a published
   * one where what was asked for has a price of the configuration's own: a server may call its models as it likes.
   */
  const tariffUsed = ({ profile }: Asked, { model: used, serviceTier }: Reply): Tariff => {
    const { model } = profile.settings;
    if (isPriced(model, prices) && !isPriced(used, prices)) {
      return tariff(model, serviceTier, prices);
    }
    try {
      return tariff(used, serviceTier, prices);
    } catch {
      return tariff(model, serviceTier, prices);
    }
  };

  const commit = async (
    { sha256, folder }: Asked,
    bill: Bill,
    learned: Partial<DocumentRecord>,
    stored: readonly string[],
    log: Logger,
  ) => {
    const again = unstored.get(sha256)?.pop();
    const seq = again ?? ledger.nextSeq();
    // No earlier than it was reserved for, though the clock may have been set back.
    const at = laterOf(bill.at, store.find(sha256)?.updatedAt ?? bill.at);
    const call: Call = { seq, folder, ...bill, at };
    let booked: DocumentRecord;
    try {
      booked = await store.update(sha256, (record) => {
        const isThere = record.calls.some((one) => one.seq === seq);
        const calls = isThere ? record.calls : [...record.calls, call];
        const costUsd = formatAmount(sumOf(calls.map((one) => one.costUsd)));
        const work = record.work && {
          ...record.work,
          step: "answered" as const,
          reservedUsd: null,
          responseId: null,
          stored: [...new Set([...record.work.stored, ...stored])],
        };
        return { ...learned, calls, costUsd, work };
      });
    } catch (error) {
      unstored.set(sha256, [...(unstored.get(sha256) ?? []), seq]);
      throw error;
    } finally {
      // It is spent, also where that can't be journaled.
      if (again === undefined) budget.book(spendingOf({ ...call, folder }));
      kept.get(sha256)?.release();
      kept.delete(sha256);
    }
    experiences.learn(booked, call);
    ledger.tell({ ...call, id: booked.id, sha256, folder }, log);
  };

  return {
    ...openEstimator(prices, experiences),

    reserve(amount, { sha256, folder }) {
      const { calls = [] } = store.find(sha256) ?? {};
      const spent = sumOf(calls.flatMap(({ costUsd, possibleUsd }) => [costUsd, possibleUsd]));
      return budget.reserve(amount, folder, spent);
    },

    keep({ sha256, upperUsd, folder }) {
      if (!kept.has(sha256)) kept.set(sha256, budget.hold(parseAmount(upperUsd), folder));
    },

    async book(asked, reply, learned, log) {
      const { responseId } = reply;
      const stored = reply.stored && responseId !== null ? [responseId] : [];
      await commit(asked, billFor(asked, reply, tariffUsed(asked, reply)), learned, stored, log);
    },

    async bookUnknown(asked, log) {
      await commit(asked, unknownBill(asked, priceIfKnown(asked.profile)), {}, [], log);
    },
  };
}

/** What was, or may have been, spent on calls. */
export function* spendingIn(calls: Iterable<BookedCall>): Generator<Spending> {
  for (const call of calls) yield spendingOf(call);
}

/** What was, or may have been, spent on a call. */
export const spendingOf = ({
  at,
  costUsd,
  possibleUsd,
  folder,
}: Pick<BookedCall, "at" | "costUsd" | "possibleUsd" | "folder">): Spending => ({
  at: new Date(at),
  amount: sumOf([costUsd, possibleUsd]),
  folder,
});

/** A call but for its number and its folder. */
type Bill = Omit<Call, "seq" | "folder">;

/** Without a usage nobody knows what it cost: the upper bound is booked as possible. */
function billFor({ detail, upperUsd }: Asked, reply: Reply, tariffed: Tariff): Bill {
  const usage = reply.usage ?? noTokens;
  const price = priceOf(usage.inputTokens, tariffed);
  return {
    responseId: reply.responseId,
    model: reply.model,
    serviceTier: reply.serviceTier,
    detail,
    at: new Date().toISOString(),
    outcome: reply.verdict.outcome,
    usage,
    price,
    costUsd: formatAmount(costOf(usage, price)),
    possibleUsd: reply.usage ? "0" : upperUsd,
  };
}

function unknownBill({ profile, detail, upperUsd }: Asked, price: Price): Bill {
  return {
    responseId: null,
    model: profile.settings.model,
    serviceTier: profile.settings.serviceTier,
    detail,
    at: new Date().toISOString(),
    outcome: "unknown",
    usage: noTokens,
    price,
    costUsd: "0",
    possibleUsd: upperUsd,
  };
}
