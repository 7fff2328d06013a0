import type { Logger } from "pino";
import type { Inspected } from "../document.ts";
import type { Profile } from "../openai/profile.ts";
import type { Reply } from "../openai/reply.ts";
import type { Call, DocumentRecord } from "../store/record.ts";
import type { Store } from "../store/store.ts";
import { type Amount, formatAmount, parseAmount, sumOf } from "./amount.ts";
import type { Budget, Reservation, Spending } from "./budget.ts";
import { costOf, noTokens, priceOf } from "./cost.ts";
import type { LogEnd } from "./costs.ts";
import { type Estimate, estimate, type Measured } from "./estimate.ts";
import type { Experiences } from "./experience.ts";
import { type Price, tariff, type Tariff } from "./prices.ts";

/** A call that is about to be made, or was. */
export interface Asked {
  readonly id: string;
  readonly sha256: string;
  readonly profile: Profile;
  readonly detail: string;
  /** The most that it may cost. */
  readonly upperUsd: string;
}

/** A document as far as its cost depends on it. */
type Estimated = Omit<Measured, "model" | "maxOutputTokens"> & Pick<Inspected, "profile">;

/** Where every call is booked: in its document's record, against the caps, and in the log. */
export interface Billing {
  /** What reading a document will cost. Throws PRICE_UNKNOWN. */
  readonly estimate: (document: Estimated, maxOutputTokens: number) => Estimate;
  /** Throws OVER_BUDGET or BUDGET_EXHAUSTED. */
  readonly reserve: (amount: Amount) => Reservation;
  /** Holds what an answer in the making may cost against every cap, until its bill is booked. */
  readonly keep: (sha256: string, upperUsd: string) => void;
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

/** `prices` are the configuration's own. */
export function openBilling(
  store: Pick<Store, "update" | "nextSeq">,
  budget: Budget,
  prices: Readonly<Record<string, Price>>,
  experiences: Experiences,
): Billing {
  const tariffOf = ({ settings }: Profile) => tariff(settings.model, settings.serviceTier, prices);

  /** A call of an earlier start may have been to a model that has no price any more. */
  const priceIfKnown = (profile: Profile): Price => {
    try {
      return tariffOf(profile).price;
    } catch {
      return { input: "0", cachedInput: "0", cacheWrite: "0", output: "0" };
    }
  };

  /** The tariff of what the response says it used; a name without a price costs what was asked for. */
  const tariffUsed = (asked: Asked, { model, serviceTier }: Reply): Tariff => {
    try {
      return tariff(model, serviceTier, prices);
    } catch {
      return tariff(asked.profile.settings.model, serviceTier, prices);
    }
  };

  /** What answers in the making may cost, by document. */
  const kept = new Map<string, Reservation>();

  const commit = async (
    sha256: string,
    call: Call,
    learned: Partial<DocumentRecord>,
    stored: readonly string[],
  ) => {
    try {
      const booked = await store.update(sha256, (record) => {
        const calls = [...record.calls, call];
        const costUsd = formatAmount(sumOf(calls.map((one) => one.costUsd)));
        const work = record.work && {
          ...record.work,
          step: "answered" as const,
          reservedUsd: null,
          responseId: null,
          stored: [...record.work.stored, ...stored],
        };
        return { ...learned, calls, costUsd, work };
      });
      experiences.learn(booked, call);
    } finally {
      // It is spent, also where that can't be journaled.
      budget.book(spendingOf(call));
      kept.get(sha256)?.release();
      kept.delete(sha256);
    }
  };

  return {
    estimate(document, maxOutputTokens) {
      const { model } = document.profile.settings;
      const measured = { ...document, model, maxOutputTokens };
      const known = experiences.of(model, document.detail);
      // What was asked for at flex may be done, and billed, as usual.
      const tariffs = [tariffOf(document.profile), tariff(model, "default", prices)] as const;
      return estimate(measured, tariffs, known);
    },

    reserve: budget.reserve,

    keep(sha256, upperUsd) {
      if (!kept.has(sha256)) kept.set(sha256, budget.hold(parseAmount(upperUsd)));
    },

    async book(asked, reply, learned, log) {
      const call = billFor(asked, reply, tariffUsed(asked, reply), store.nextSeq());
      const { responseId } = reply;
      const stored = reply.stored && responseId !== null ? [responseId] : [];
      await commit(asked.sha256, call, learned, stored);
      logCall(log, asked, call);
    },

    async bookUnknown(asked, log) {
      const call = unknownBill(asked, priceIfKnown(asked.profile), store.nextSeq());
      await commit(asked.sha256, call, {}, []);
      logCall(log, asked, call);
    },
  };
}

/** What was, or may have been, spent on calls. */
export function* spendingIn(calls: Iterable<Call>): Generator<Spending> {
  for (const call of calls) yield spendingOf(call);
}

const spendingOf = ({ at, costUsd, possibleUsd }: Call): Spending => ({
  at: new Date(at),
  amount: sumOf([costUsd, possibleUsd]),
});

/** Writes the line of a call that `costs` is added up from. */
function logCall(
  log: Logger,
  { id, sha256 }: Pick<DocumentRecord, "id" | "sha256">,
  { seq, model, serviceTier, usage, costUsd, possibleUsd, outcome }: Call,
): void {
  if (outcome === "unknown") {
    const fields = { event: "call.unknown", id, sha256, seq, model, possibleUsd };
    log.warn(fields, "call possibly billed");
  } else {
    const bill = { seq, model, serviceTier, usage, costUsd, possibleUsd, outcome };
    log.info({ event: "call.billed", id, sha256, ...bill }, "call billed");
  }
}

/** Writes the lines again that a death between a bill and its line left out. */
export function logUnlogged(
  records: Iterable<DocumentRecord>,
  { since, seqs }: LogEnd,
  log: Logger,
): void {
  for (const record of records) {
    const { folder, source, calls } = record;
    for (const call of calls) {
      if (call.seq < since || seqs.has(call.seq)) continue;
      logCall(log.child({ folder, path: source.path }), record, call);
    }
  }
}

/** Without a usage nobody knows what it cost: the upper bound is booked as possible. */
function billFor({ detail, upperUsd }: Asked, reply: Reply, tariffed: Tariff, seq: number): Call {
  const usage = reply.usage ?? noTokens;
  const price = priceOf(usage.inputTokens, tariffed);
  return {
    seq,
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

function unknownBill({ profile, detail, upperUsd }: Asked, price: Price, seq: number): Call {
  return {
    seq,
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
