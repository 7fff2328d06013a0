import type { Logger } from "pino";
import type { Arrival, Reserved } from "../document.ts";
import { unhindered } from "../gate/gates.ts";
import { parseAmount } from "../money/amount.ts";
import type { Budget } from "../money/budget.ts";
import type { Pipeline } from "../pipeline/pipeline.ts";
import type { Outcome } from "../pipeline/stage.ts";
import { type DocumentRecord, standsAt } from "../store/record.ts";
import type { Store } from "../store/store.ts";
import { failureOf, overAt } from "./failure.ts";
import type { Said } from "./prospect.ts";

/** What a rehearsal uses: of all this the draft and the budget alone are changed. */
export interface Rehearsal {
  readonly records: readonly DocumentRecord[];
  /** Takes a document as far as it costs nothing, with the draft for a store. */
  readonly prepare: Pipeline<Arrival, Reserved>;
  readonly draft: Pick<Store, "find">;
  readonly budget: Pick<Budget, "book">;
  readonly signal: AbortSignal;
}

/** Takes a document as far as it costs nothing, and says what would come of it. */
export async function rehearse(arrival: Arrival, rehearsal: Rehearsal): Promise<Said> {
  const { prepare, signal, draft, budget } = rehearsal;
  await using held = new AsyncDisposableStack();
  const deadline = signal;
  const turn = { place: () => Promise.resolve(), giveWay: () => undefined };
  const context = { log: unlogged, signal, deadline, passage: unhindered, held, ...turn };
  const outcome = await prepare.run(arrival, context);
  switch (outcome.status) {
    case "done":
      return goesOn(outcome.document, draft, budget);
    case "halted":
      return duplicateOf(outcome.halt.of, rehearsal);
    case "failed":
      return setback(outcome, draft);
    case "aborted":
      throw signal.reason;
  }
}

/** Nothing happens that anybody would have to know of. */
const unlogged = { info: () => undefined, warn: () => undefined } as unknown as Logger;

function goesOn(
  { id, sha256, folder, answer, earlier, profile, pages: many, reservation }: Reserved,
  draft: Rehearsal["draft"],
  budget: Rehearsal["budget"],
): Said {
  if (answer) return { verdict: "file", id };
  const cost = draft.find(sha256)?.estimate;
  if (!cost) throw new Error(`no estimate of ${id}`);
  // By the time of the next one this one has its bill.
  reservation?.release();
  budget.book({ at: new Date(), amount: parseAmount(cost.costUsd), folder: folder.name });
  const { key, settings } = profile;
  return {
    verdict: "read",
    id: earlier?.id ?? null,
    profile: key,
    model: settings.model,
    pages: many,
    estimate: cost,
  };
}

function duplicateOf(sha256: string, { draft, records }: Rehearsal): Said {
  const original = draft.find(sha256);
  const known = records.find((one) => one.sha256 === sha256);
  return {
    verdict: "duplicate",
    id: known?.id ?? null,
    original: original ? standsAt(original) : null,
  };
}

type Failed = Extract<Outcome<Arrival, Reserved>, { readonly status: "failed" }>;

function setback({ error, stage, document }: Failed, draft: Rehearsal["draft"]): Said {
  const { code, message, hint, kind } = failureOf(error, stage);
  // It went away while it was looked at.
  if (code === "FILE_MISSING") throw error;
  if (kind === "document") return { verdict: "quarantine", code, message, hint };
  const until = overAt(error);
  const known = document.sha256 === undefined ? undefined : draft.find(document.sha256);
  const { pages: many = null, estimate: cost = null } = known ?? {};
  return { verdict: "wait", code, message, hint, until, pages: many, estimate: cost };
}
