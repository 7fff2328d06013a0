import { APIConnectionError, APIError, APIUserAbortError } from "openai";
import { AutodError, type ErrorCode, isErrno } from "../errors.ts";

/** A 429 that no waiting heals: these codes and types mean money, not rate. */
const quota: ReadonlySet<unknown> = new Set([
  "insufficient_quota",
  "credit_balance_exhausted",
  "organization_spend_limit_exceeded",
  "project_spend_limit_exceeded",
  "organization_usage_limit_exceeded",
  "billing_hard_limit_reached",
  "billing_not_active",
]);

/** A 400 that concerns what we sent beside the document: it would fail for each one. */
const settings: ReadonlySet<unknown> = new Set([
  "invalid_json_schema",
  "unsupported_parameter",
  "unknown_parameter",
  "unsupported_value",
]);
const ofSettings =
  /^(model|instructions|text|max_output_tokens|reasoning|store|service_tier|purpose|expires_after)/;

/** What is wrong with the request itself; any other status says nothing about the document. */
const ofDocument: ReadonlySet<number> = new Set([400, 413, 415, 422]);

/** Sentences with the API's own words end here; they may be of any length. */
const MAX_WORDS = 300;

/**
 * Turns what the SDK threw into an AutodError, by status and code
 * (https://developers.openai.com/api/docs/guides/error-codes). A stop of ours is passed on as it is.
 *
 * `key` is kept out of the message. `onBrokenLine` is the code for a connection that broke and for an
 * answer that can't be read: after an ask nobody can know whether it was billed.
 */
export function classify(
  error: unknown,
  key: string | null,
  onBrokenLine: "API_UNREACHABLE" | "API_ANSWER_LOST" = "API_UNREACHABLE",
): unknown {
  if (error instanceof APIUserAbortError) return error;
  const say = (code: ErrorCode, what: string, said: unknown) =>
    new AutodError(code, `${what}: ${words(said, key)}`, { cause: error });
  if (error instanceof APIConnectionError) {
    const cause = deepest(error);
    // What is wrong with a file of ours comes as a connection error too.
    if (cause instanceof AutodError) return cause;
    if (isErrno(cause, "ENOENT")) return new AutodError("FILE_MISSING", cause.message, { cause });
    return say(
      neverSent(cause) ? "API_UNREACHABLE" : onBrokenLine,
      "no answer from the API",
      cause,
    );
  }
  if (error instanceof APIError) {
    const { status, message } = error;
    // The SDK's message begins with the status.
    return say(codeFor(error), `the API answered ${status}`, message.replace(`${status} `, ""));
  }
  return say(onBrokenLine, "the API's answer can't be read", error);
}

function codeFor({ status = 0, code, type, param, message }: APIError): ErrorCode {
  // A redirect, which is not followed with the key: whoever this is, it isn't the API.
  if (status < 400) return "API_UNREACHABLE";
  // Comes as 400, 403 or 404.
  if (code === "model_not_found") return "MODEL_UNAVAILABLE";
  if (status === 401) return "KEY_REJECTED";
  if (status === 403) return "ACCESS_DENIED";
  if (status === 429 && (quota.has(code) || quota.has(type))) return "QUOTA_EXHAUSTED";
  // More than a minute's whole allowance: no waiting makes it fit.
  if (status === 429 && /request too large/i.test(message)) return "REQUEST_REJECTED";
  if ([408, 409, 429, 503].includes(status)) return "API_BUSY";
  if (status === 400 && (settings.has(code) || ofSettings.test(param ?? ""))) {
    return "PARAMETER_REJECTED";
  }
  return ofDocument.has(status) ? "REQUEST_REJECTED" : "API_FAULT";
}

/** Whether the line never stood, so that nothing can have been billed. */
function neverSent(cause: unknown): boolean {
  if (isErrno(cause, "UND_ERR_CONNECT_TIMEOUT", "ERR_SSL_WRONG_VERSION_NUMBER")) return true;
  const { code = "", syscall = "" } = cause as NodeJS.ErrnoException;
  return ["connect", "getaddrinfo"].includes(syscall) || /^ERR_TLS_|CERT|^UNABLE_TO_/.test(code);
}

function deepest(error: unknown): unknown {
  let cause = error;
  while (cause instanceof Error && cause.cause) cause = cause.cause;
  return cause instanceof AggregateError ? cause.errors[0] : cause;
}

function words(said: unknown, key: string | null): string {
  const whole = said instanceof Error ? said.message : String(said);
  const text = key ? whole.replaceAll(key, "…") : whole;
  return text.length > MAX_WORDS ? `${text.slice(0, MAX_WORDS)} …` : text;
}
