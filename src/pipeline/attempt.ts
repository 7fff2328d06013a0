import pRetry from "p-retry";
import type { Logger } from "pino";
import { AutodError } from "../errors.ts";
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
  return pRetry(call, {
    retries: retry.attempts - 1,
    minTimeout: retry.minDelay,
    maxTimeout: retry.maxDelay,
    factor: 2,
    randomize: true,
    signal,
    shouldRetry: ({ error }) =>
      error instanceof AutodError &&
      error.kind === "transient" &&
      error.code !== "API_ANSWER_LOST" &&
      error.code !== "FILE_MISSING",
    onFailedAttempt: ({ error, attemptNumber, retriesLeft }) => {
      if (retriesLeft === 0) return;
      log.warn(
        { event: "stage.retried", stage, attempt: attemptNumber, error: loggable(error) },
        "attempt failed",
      );
    },
  });
}
