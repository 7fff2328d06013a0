import type { Logger } from "pino";
import type { BookedCall, Forgotten } from "../store/forgotten.ts";
import { call as callSchema, type Call } from "../store/record.ts";
import type { Store } from "../store/store.ts";
import { formatAmount, parseAmount } from "./amount.ts";
import type { Caps } from "./budget.ts";
import { noTokens } from "./cost.ts";
import {
  type BilledLine,
  endOfLog,
  gather,
  type LogEnd,
  moneyLines,
  type ReportLine,
} from "./log-lines.ts";
import { add, newSum, type Totals, totalsOf } from "./totals.ts";
import { monthOf } from "./window.ts";

/**
 * Has the store know all that was ever billed, before anything more is spent; gives where the log ends.
 *
 * A damaged store, or one that is an older backup, may have lost calls. Those that the log still tells of are
 * kept from there. Of those that only its running totals tell of, the sum of each month is kept. Any other running
 * number that is missing was a call of which nobody can know: it is booked at the most that one may cost.
 */
export async function reconcile(
  store: Pick<Store, "calls" | "keep">,
  { folder, name, caps, log }: Witness,
): Promise<LogEnd> {
  const end = await endOfLog(folder, name);
  const known = new Map([...store.calls()].map((call) => [call.seq, call]));
  if (isWhole(known, end)) return end;
  const { bills, newest } = await gather(moneyLines(folder, name));
  const lost = [...bills.values()].filter(({ seq }) => !known.has(seq));
  const told = lost.flatMap((line) => keptFrom(line) ?? []);
  const all = [...known.values(), ...told.flatMap(callsIn)];
  const summed = newest ? summedUp(newest, all) : [];
  const unknown = unknownIn([...all, ...summed], newest?.seq ?? 0, mostOf(caps));
  const rest = [...summed, ...unknown];
  await store.keep(rest.length === 0 ? told : [...told, ofNobody(rest)]);
  const counts = { log: told.length, totals: summed.length, unknown: unknown.length };
  const error = { code: "STORE_DAMAGED", message: "the store had lost calls that were billed" };
  log.error({ error, kept: counts }, "lost calls are counted again");
  return end;
}

/** What else knows of calls, and what is done with those that nothing knows of. */
export interface Witness {
  /** Where the log files lie, and how their names begin. */
  readonly folder: string;
  readonly name: string;
  readonly caps: Caps;
  readonly log: Logger;
}

/** The running numbers of bills leave no gap. */
function isWhole(known: ReadonlyMap<number, BookedCall>, { seqs, reported }: LogEnd): boolean {
  let last = reported;
  for (const seq of [...known.keys(), ...seqs]) last = Math.max(last, seq);
  return last === known.size;
}

function keptFrom(line: BilledLine): Forgotten | null {
  const call = callSchema.safeParse(line).data;
  if (!call) return null;
  const { id, sha256, folder } = line;
  return { id, sha256, folder, profile: "", forgottenAt: new Date().toISOString(), calls: [call] };
}

type Told = Pick<Call, "seq" | "at" | "costUsd" | "possibleUsd" | "outcome" | "usage">;

const callsIn = ({ calls }: Forgotten): readonly Told[] => calls;

/** A call for each that the running totals count and nothing else tells of: the last of a month bears its sum. */
function summedUp({ seq: last, time, months }: ReportLine, all: readonly Told[]): Call[] {
  const counted = all.filter(({ seq }) => seq <= last);
  const missing = numbersMissing(counted, last);
  const byMonth = Map.groupBy(counted, ({ at }) => monthOf(new Date(at)));
  return Object.entries(months)
    .toSorted(([a], [b]) => a.localeCompare(b))
    .flatMap(([month, whole]) => {
      const known = newSum();
      for (const one of byMonth.get(month) ?? []) add(known, { ...one, first: false });
      const left = difference(whole, totalsOf(known));
      const seqs = missing.splice(0, left.calls);
      const at = monthOf(new Date(time)) === month ? time : lastInstantOf(month);
      return seqs.map((seq, index) =>
        unknownCall({ seq, at, ...(index === seqs.length - 1 ? left : {}) }),
      );
    });
}

/** What a sum has more than another. */
function difference(whole: Totals, part: Totals) {
  const usd = (name: "costUsd" | "possibleUsd") => {
    const more = parseAmount(whole[name]) - parseAmount(part[name]);
    return formatAmount(more > 0n ? more : 0n);
  };
  const tokens = Object.keys(noTokens) as (keyof typeof noTokens)[];
  const usage = { ...noTokens };
  for (const name of tokens) usage[name] = Math.max(0, whole[name] - part[name]);
  return {
    calls: Math.max(0, whole.calls - part.calls),
    costUsd: usd("costUsd"),
    possibleUsd: usd("possibleUsd"),
    usage,
  };
}

/** Local time. */
function lastInstantOf(month: string): string {
  const [year = 0, number = 0] = month.split("-").map(Number);
  return new Date(new Date(year, number, 1).getTime() - 1).toISOString();
}

/** Each may have been made as late as the next call that is known of. */
function unknownIn(all: readonly Told[], reported: number, possibleUsd: string): Call[] {
  const last = all.reduce((most, { seq }) => Math.max(most, seq), reported);
  const inOrder = all.toSorted((a, b) => a.seq - b.seq);
  let next = 0;
  return numbersMissing(all, last).map((seq) => {
    while ((inOrder[next]?.seq ?? Infinity) < seq) next += 1;
    const at = inOrder[next]?.at ?? new Date().toISOString();
    return unknownCall({ seq, at, possibleUsd });
  });
}

function numbersMissing(all: readonly Told[], last: number): number[] {
  const there = new Set(all.map(({ seq }) => seq));
  return Array.from({ length: last }, (_, index) => index + 1).filter((seq) => !there.has(seq));
}

function unknownCall({
  seq,
  at,
  costUsd = "0",
  possibleUsd = "0",
  usage = noTokens,
}: Pick<Call, "seq" | "at"> & Partial<Pick<Call, "costUsd" | "possibleUsd" | "usage">>): Call {
  return {
    seq,
    responseId: null,
    model: UNKNOWN,
    serviceTier: UNKNOWN,
    detail: UNKNOWN,
    at,
    outcome: "unknown",
    usage,
    price: { input: "0", cachedInput: "0", cacheWrite: "0", output: "0" },
    costUsd,
    possibleUsd,
  };
}

const UNKNOWN = "unknown";

const ofNobody = (calls: Call[]): Forgotten => ({
  id: UNKNOWN,
  sha256: "0".repeat(64),
  folder: UNKNOWN,
  profile: "",
  forgottenAt: new Date().toISOString(),
  calls,
});

/** The most that a call may have been reserved for; without a cap nothing is to be kept below one. */
const mostOf = ({ perDocument, perDay, perMonth }: Caps): string =>
  perDocument ?? perDay ?? perMonth ?? "0";
