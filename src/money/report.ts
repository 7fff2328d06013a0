import { z } from "zod";
import type { BookedCall, Books } from "../store/forgotten.ts";
import { add, allTotals, newSum, type Sums, sumNamed, totals, totalsOf } from "./totals.ts";
import { monthOf } from "./window.ts";

/** Asks that were sent, and how many of them gave an answer that was of use; the others failed in some way. */
export const asks = z.object({ sent: z.int(), ok: z.int(), failed: z.int() });

/** How all that was ever asked went. */
export function asksIn({ calls, unbilled }: Books): z.infer<typeof asks> {
  let [billed, ok] = [0, 0];
  for (const { outcome } of calls()) {
    billed += 1;
    if (outcome === "ok") ok += 1;
  }
  return asksOf(billed + unbilled(), ok);
}

const asksOf = (sent: number, ok: number) => ({ sent, ok, failed: sent - ok });

/** The running totals, as a `cost.report` line carries them. */
export const report = z.object({
  /** The last call that they count; those with a higher number come on top. */
  seq: z.int(),
  asks,
  total: totals,
  months: z.record(z.string(), totals),
  models: z.record(z.string(), totals),
  folders: z.record(z.string(), totals),
});

export type Report = z.infer<typeof report>;

/** How calls are grouped in a report. */
export const groupsOf = ({
  at,
  model,
  folder,
}: Pick<BookedCall, "at" | "model" | "folder">): Record<"month" | "model" | "folder", string> => ({
  month: monthOf(new Date(at)),
  model,
  folder,
});

/** Running totals. Calls are counted in the order of their numbers, whenever they come. */
export interface Running {
  /** Says that a call of this number will come. */
  readonly expect: (seq: number) => void;
  /** Gives whether it is the first for its document. */
  readonly add: (call: BookedCall) => boolean;
  /** The last call before the first that is still to come. */
  readonly last: () => number;
  /** As of that one. */
  readonly report: () => Report;
}

/** `unbilled` says how many asks came to nothing, and cost nothing. */
export function newRunning(unbilled: () => number = () => 0): Running {
  const documents = new Set<string>();
  const expected = new Map<number, (BookedCall & { readonly first: boolean }) | null>();
  const total = newSum();
  const [months, models, folders]: [Sums, Sums, Sums] = [new Map(), new Map(), new Map()];
  let last = 0;

  const countThoseInOrder = () => {
    for (const [seq, call] of expected) {
      if (call === null) return;
      const { month, model, folder } = groupsOf(call);
      add(total, call);
      add(sumNamed(months, month), call);
      add(sumNamed(models, model), call);
      add(sumNamed(folders, folder), call);
      last = seq;
      expected.delete(seq);
    }
  };

  return {
    expect: (seq) => void expected.set(seq, null),

    add(call) {
      const first = !documents.has(call.sha256);
      documents.add(call.sha256);
      expected.set(call.seq, { ...call, first });
      countThoseInOrder();
      return first;
    },

    last: () => last,

    report() {
      const all = totalsOf(total);
      return {
        seq: last,
        asks: asksOf(all.calls + unbilled(), all.ok),
        total: all,
        months: Object.fromEntries(allTotals(months)),
        models: Object.fromEntries(allTotals(models)),
        folders: Object.fromEntries(allTotals(folders)),
      };
    },
  };
}
