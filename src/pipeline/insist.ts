import pRetry from "p-retry";
import { isErrno } from "../errors.ts";
import { loggable } from "../log.ts";
import type { ProcessingContext } from "./stage.ts";

/**
 * Stores what was paid for, and goes on trying while the disk refuses it: it can't be had again for nothing.
 *
 * Rejects when the time is up that a stop leaves.
 */
export async function insist(
  store: () => Promise<void>,
  { log, deadline }: Pick<ProcessingContext, "log" | "deadline">,
): Promise<void> {
  await pRetry(store, {
    retries: Number.POSITIVE_INFINITY,
    minTimeout: 1000,
    maxTimeout: 60_000,
    factor: 2,
    signal: deadline,
    shouldRetry: ({ error }) => isErrno(error, "ENOSPC", "EDQUOT", "EIO", "EROFS", "EACCES"),
    onFailedAttempt: ({ error, attemptNumber }) => {
      if (attemptNumber > 1) return;
      log.error({ error: loggable(error) }, "answer not stored yet");
    },
  });
}
