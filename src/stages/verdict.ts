import type { Deduplicated } from "../document.ts";
import { AutodError, type ErrorCode, errorCodes } from "../errors.ts";
import { type Call, isCondemned } from "../store/record.ts";

type Told = Pick<Deduplicated, "earlier" | "staged">;

/**
 * What a document was condemned for that isn't in quarantine yet; null where there is no such verdict.
 *
 * What was paid for it stays so: it isn't asked about again because it was killed, or the disk refused to take it.
 */
export function verdictOn(document: Told): AutodError | null {
  const { earlier, staged } = document;
  if (!earlier || earlier.work?.staged !== staged) return null;
  const { error } = earlier;
  if (!isCondemned(earlier)) return isFinal(document) ? uselessAs(earlier.calls.at(-1)) : null;
  if (error?.kind === "document" && isKnown(error.code)) {
    return new AutodError(error.code, error.message, { hint: error.hint });
  }
  // What the disk said stands there since.
  return uselessAs(earlier.calls.at(-1));
}

/** The last answer, if it was useless and nothing has been done about it yet; null for any other. */
export function unheeded({ earlier, staged }: Told): Call | null {
  const { work, calls = [] } = earlier ?? {};
  const last = calls.at(-1);
  const isOpen = work?.step === "answered" && work.staged === staged;
  return last && isOpen && last.outcome in useless ? last : null;
}

/** Whether nothing can be done about it: a refusal, or the second one of its kind. */
function isFinal(document: Told): boolean {
  const last = unheeded(document);
  if (!last) return false;
  const before = document.earlier?.calls.at(-2);
  return last.outcome === "refused" || (isCut(last) && isCut(before));
}

const isCut = (call: Call | undefined): boolean =>
  call?.outcome === "invalid" || call?.outcome === "incomplete";

function uselessAs(call: Call | undefined): AutodError | null {
  const code = call && useless[call.outcome];
  return code ? new AutodError(code, "the model's answer was of no use") : null;
}

const isKnown = (code: string): code is ErrorCode => Object.hasOwn(errorCodes, code);

const useless: Readonly<Partial<Record<Call["outcome"], ErrorCode>>> = {
  invalid: "ANSWER_INVALID",
  refused: "ANSWER_REFUSED",
  incomplete: "ANSWER_INCOMPLETE",
  failed: "ANSWER_FAILED",
};
