import pRetry from "p-retry";
import type { Logger } from "pino";
import { AutodError, type ErrorCode } from "../errors.ts";
import { loggable } from "../log.ts";

export interface RetrySettings {
  /** How often it is tried at most. */
  readonly attempts: number;
  /** Milliseconds. */
  readonly minDelay: number;
  /** Milliseconds. */
  readonly maxDelay: number;
}

/**
 * Tries a call to the API again while its trouble passes by itself: the one place where anything is.
 *
 * A call whose answer was lost is not tried again here, for it may have been billed.
 */
export async function attempt<Result>(
  call: () => Promise<Result>,
  context: {
    readonly stage: string;
    readonly retry: RetrySettings;
    readonly log: Logger;
    readonly signal: AbortSignal;
  },
): Promise<Result> {
  const { stage, retry, log, signal } = context;
  let arrived: { readonly result: Result } | undefined;
  const remembered = async () => {
    const result = await call();
    arrived = { result };
    return result;
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
  "FILE_CHANGED",
  "FILE_MISSING",
  "INTERNAL",
]);

const passes = (error: unknown): boolean =>
  error instanceof AutodError && error.kind === "transient" && !later.has(error.code);
