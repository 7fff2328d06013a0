import { APIConnectionError, APIError, APIUserAbortError } from "openai";
import { AutodError } from "../errors.ts";
import { readAgain } from "./again.ts";
import { configurationHint, neverSent, plainly } from "./line.ts";
import { apiCodeOf, codeFor, holdOf, wayHint } from "./status.ts";
import { pick } from "./words.ts";

/** What is known of the request that failed. */
export interface Failed {
  /** Kept out of the message. */
  readonly key: string | null;
  /**
   * The code for a connection that broke and for an answer that can't be read: after an ask nobody can know
   * whether it was billed.
   */
  readonly onBrokenLine?: "API_UNREACHABLE" | "API_ANSWER_LOST";
  /** The upload that was asked about. */
  readonly fileId?: string | null;
}

/** Turns what the SDK threw into an AutodError; a stop of ours is passed on as it is. */
export function classify(error: unknown, failed: Failed): unknown {
  if (error instanceof APIUserAbortError) return error;
  if (error instanceof APIConnectionError) return ofLine(error, failed);
  if (error instanceof APIError) return ofStatus(error, failed);
  const said = error instanceof SyntaxError ? "it is broken JSON" : pick(error, failed.key);
  const { onBrokenLine = "API_UNREACHABLE" } = failed;
  return new AutodError(onBrokenLine, `the API's answer can't be read: ${said}`, { cause: error });
}

function ofLine(error: APIConnectionError, failed: Failed): AutodError {
  const cause = deepest(error);
  // What is wrong with a file of ours comes as a connection error too.
  if (cause instanceof AutodError) return cause;
  const { onBrokenLine = "API_UNREACHABLE" } = failed;
  const message = `no answer from the API: ${plainly(cause) ?? pick(cause, failed.key)}`;
  const hint = configurationHint(cause);
  if (hint) {
    return new AutodError("API_UNREACHABLE", message, { cause: error, retryable: false, hint });
  }
  const code = neverSent(cause) ? "API_UNREACHABLE" : onBrokenLine;
  return new AutodError(code, message, { cause: error });
}

function deepest(error: unknown): unknown {
  let cause = error;
  while (cause instanceof Error && !(cause instanceof AutodError) && cause.cause) {
    cause = cause.cause;
  }
  return cause instanceof AggregateError ? cause.errors[0] : cause;
}

function ofStatus(error: APIError, { key, fileId = null }: Failed): AutodError {
  const { status } = error;
  const { retryAfter, retryable } = readAgain(error.headers, status === 429);
  const code = codeFor(error, fileId, retryable);
  const hold = holdOf(error);
  const hint = wayHint(code, status);
  // The SDK's message begins with the status.
  const said = pick(error.message.replace(`${status} `, ""), key);
  return new AutodError(code, `the API answered ${status}: ${said}`, {
    cause: error,
    apiCode: pick(apiCodeOf(error), key),
    retryAfter: hold === undefined ? retryAfter : Math.max(retryAfter ?? 0, hold),
    retryable: code === "API_UNREACHABLE" ? false : retryable,
    ...(hint ? { hint } : {}),
  });
}
