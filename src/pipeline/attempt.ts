import pRetry from "p-retry";
import { AutodError, type ErrorCode } from "../errors.ts";
import { LONGEST_STAY } from "../gate/gates.ts";
import { loggable } from "../log.ts";
import type { ProcessingContext } from "./stage.ts";

export interface RetrySettings {
  /** How often it is tried at most. */
  readonly attempts: number;
  /** Milliseconds. */
  readonly minDelay: number;
  /** Milliseconds. */
  readonly maxDelay: number;
}

/** What a call to the API needs besides itself. */
export interface Surroundings extends Pick<ProcessingContext, "log" | "signal" | "passage"> {
  readonly stage: string;
  readonly retry: RetrySettings;
  /** What the same document was put back for the last time, if it was. */
  readonly accused: string | undefined;
}

/**
 * Tries a call to the API again while its trouble passes by itself: the one place where anything is.
 *
 * Each try waits for its turn at the gate, which is told how it went. A call whose answer was lost is not
 * tried again here, for it may have been billed; nor where the server asked for more than a minute's peace.
 */
export async function attempt<Result>(
  call: () => Promise<Result>,
  { stage, retry, log, signal, passage, accused }: Surroundings,
): Promise<Result> {
  let arrived: { readonly result: Result } | undefined;
  const remembered = async () => {
    await passage.clear();
    signal.throwIfAborted();
    try {
      const result = await call();
      arrived = { result };
      passage.passed(stage);
      return result;
    } catch (error) {
      throw signal.aborted ? error : passage.failed(stage, error, accused);
    }
  };
  try {
    return await pRetry(remembered, {
      retries: retry.attempts - 1,
      minTimeout: retry.minDelay,
      maxTimeout: retry.maxDelay,
      factor: 2,
      randomize: true,
      signal,
      shouldRetry: ({ error }) => passes(error),
      onFailedAttempt: ({ error, attemptNumber, retriesLeft }) => {
        if (retriesLeft === 0 || !passes(error)) return;
        log.warn(
          { event: "stage.retried", stage, attempt: attemptNumber, error: loggable(error) },
          "attempt failed",
        );
      },
    });
  } catch (error) {
    // A stop that came just before it doesn't make an answer worthless that may have been paid for.
    if (arrived) return arrived.result;
    throw error;
  }
}

/** What passes, but not by calling again at once: it may have been billed, or the file is no longer the same. */
const later: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  "API_ANSWER_LOST",
  "UPLOAD_GONE",
  "FILE_CHANGED",
  "FILE_MISSING",
  "INTERNAL",
]);

function passes(error: unknown): boolean {
  if (!(error instanceof AutodError) || error.kind !== "transient") return false;
  const { code, retryable = true, retryAfter = 0 } = error;
  return !later.has(code) && retryable && retryAfter <= LONGEST_STAY;
}
