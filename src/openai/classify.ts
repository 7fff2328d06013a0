import { APIConnectionError, APIError, APIUserAbortError } from "openai";
import { AutodError, type ErrorCode, isErrno } from "../errors.ts";

/** A 429 that no waiting heals: these codes and types mean money, not rate. */
const quota = new Set([
  "insufficient_quota",
  "credit_balance_exhausted",
  "organization_spend_limit_exceeded",
  "project_spend_limit_exceeded",
  "organization_usage_limit_exceeded",
  "billing_hard_limit_reached",
]);

/** A 400 that concerns what we sent beside the document: it would fail for each one. */
const settings = new Set([
  "invalid_json_schema",
  "unsupported_parameter",
  "unknown_parameter",
  "unsupported_value",
]);

/** Sentences with the API's own words end here; they may be of any length. */
const MAX_WORDS = 300;

/**
 * Turns what the SDK threw into an AutodError, by status and code
 * (https://developers.openai.com/api/docs/guides/error-codes). What it doesn't know is passed on as it is.
 *
 * `onBrokenLine` is the code for a connection that broke: after an ask nobody can know whether it was billed.
 */
export function classify(
  error: unknown,
  onBrokenLine: "API_UNREACHABLE" | "API_ANSWER_LOST" = "API_UNREACHABLE",
): unknown {
  if (error instanceof APIUserAbortError || !(error instanceof APIError)) return error;
  if (error instanceof APIConnectionError) {
    // A file of ours that can't be read comes as a connection error too.
    const cause = deepest(error);
    if (isErrno(cause, "ENOENT")) return new AutodError("FILE_MISSING", cause.message, { cause });
    const code = neverSent(cause) ? "API_UNREACHABLE" : onBrokenLine;
    return new AutodError(code, `no answer from the API: ${words(cause)}`, { cause: error });
  }
  const said = `the API answered ${error.status ?? "nothing"}: ${words(error)}`;
  return new AutodError(codeFor(error), said, { cause: error });
}

function codeFor({ status = 0, code, type, param }: APIError): ErrorCode {
  if (status === 401) return "KEY_REJECTED";
  if (status === 403) return "ACCESS_DENIED";
  if (status === 404 && code === "model_not_found") return "MODEL_UNAVAILABLE";
  if (status === 404) return "API_FAULT";
  if (status === 429) return quota.has(code ?? type ?? "") ? "QUOTA_EXHAUSTED" : "API_BUSY";
  if (status === 408 || status === 409 || status === 503) return "API_BUSY";
  if (status >= 500) return "API_FAULT";
  if (status === 400 && (settings.has(code ?? "") || param === "service_tier")) {
    return "PARAMETER_REJECTED";
  }
  return "REQUEST_REJECTED";
}

/** Whether the line never stood, so that nothing can have been billed. */
function neverSent(cause: unknown): boolean {
  return isErrno(
    cause,
    "ECONNREFUSED",
    "ENOTFOUND",
    "EAI_AGAIN",
    "EHOSTUNREACH",
    "ENETUNREACH",
    "UND_ERR_CONNECT_TIMEOUT",
  );
}

function deepest(error: unknown): unknown {
  let cause = error;
  while (cause instanceof Error && cause.cause) cause = cause.cause;
  return cause instanceof AggregateError ? cause.errors[0] : cause;
}

function words(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.length > MAX_WORDS ? `${text.slice(0, MAX_WORDS)} …` : text;
}
