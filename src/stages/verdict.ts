import type { Deduplicated } from "../document.ts";
import { AutodError, type ErrorCode, errorCodes } from "../errors.ts";
import { type Call, isCondemned } from "../store/record.ts";

/**
 * What a document was condemned for that is still on its way into quarantine; null where there is no such verdict.
 *
 * What was paid for it stays so: it isn't asked about again because the disk refused to take it.
 */
export function verdictOn({ earlier, staged }: Deduplicated): AutodError | null {
  if (!earlier || !isCondemned(earlier) || earlier.work?.staged !== staged) return null;
  const { error, calls } = earlier;
  if (error?.kind === "document" && isKnown(error.code)) {
    return new AutodError(error.code, error.message, { hint: error.hint });
  }
  // What the disk said stands there since.
  const last = calls.at(-1);
  const code = last && useless[last.outcome];
  return code ? new AutodError(code, "the model's answer was of no use") : null;
}

const isKnown = (code: string): code is ErrorCode => Object.hasOwn(errorCodes, code);

const useless: Readonly<Partial<Record<Call["outcome"], ErrorCode>>> = {
  invalid: "ANSWER_INVALID",
  refused: "ANSWER_REFUSED",
  incomplete: "ANSWER_INCOMPLETE",
  failed: "ANSWER_FAILED",
};
