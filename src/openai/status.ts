import type { APIError } from "openai";
import { type ErrorCode, errorCodes } from "../errors.ts";
import { loginHint } from "./line.ts";
import { isQuota } from "./quota.ts";

/**
 * What an error status means, by its code, its parameter and its words
 * (https://developers.openai.com/api/docs/guides/error-codes). `fileId` is the upload that was asked about,
 * `retryable` what the server said of another try: it knows better than any table.
 */
export function codeFor(
  error: APIError,
  fileId: string | null,
  retryable: boolean | undefined,
): ErrorCode {
  const code = byStatus(error, fileId);
  return retryable && errorCodes[code].kind === "document" ? "API_BUSY" : code;
}

function byStatus(error: APIError, fileId: string | null): ErrorCode {
  const { status = 0, code, message } = error;
  // Whoever answers so stands before the API. A redirect is not followed with the key.
  if (status < 400 || wantsLogin.has(status)) return "API_UNREACHABLE";
  // Comes as 400, 403 or 404.
  if (code === "model_not_found") return "MODEL_UNAVAILABLE";
  // Comes as 400 or 403 too.
  if (status === 402 || (status < 500 && isQuota(error))) return "QUOTA_EXHAUSTED";
  // A 401 says that the key is known, but was made for less.
  if (status === 403 || /missing scopes/i.test(message)) return "ACCESS_DENIED";
  if (status === 401) return "KEY_REJECTED";
  if (isUploadGone(error, fileId)) return "UPLOAD_GONE";
  if (missing.has(status)) return isModelGone(error) ? "MODEL_UNAVAILABLE" : "ENDPOINT_MISSING";
  // More than a minute's whole allowance: no waiting makes it fit.
  if (status === 429 && /request too large/i.test(message)) return "REQUEST_REJECTED";
  if (status === 429 && hasNoPlace(error)) return "TIER_BUSY";
  if (busy.has(status)) return "API_BUSY";
  return status < 500 ? ofRequest(error) : "API_FAULT";
}

/** What proxies and portals answer. */
const wantsLogin: ReadonlySet<number> = new Set([407, 511]);
const missing: ReadonlySet<number> = new Set([404, 405, 406, 410, 501]);
const busy: ReadonlySet<number> = new Set([408, 409, 425, 429, 503, 529]);

/** There is no place at half price now: it isn't charged, and says nothing of the server. */
const hasNoPlace = ({ code, type, message }: APIError): boolean =>
  [code, type].includes("resource_unavailable") || /\bresource unavailable\b/i.test(message);

/** The API itself says 404; some servers in its place say 400. */
function isUploadGone({ status, code, param, message }: APIError, fileId: string | null): boolean {
  if (fileId === null) return false;
  const named = message.includes(fileId) || /\bfile(_id)?$/.test(param ?? "");
  const gone = /no such file|not found|n[o']t exist|expired|deleted/i.test(message);
  if (status === 400) return named && gone;
  return (
    missing.has(status ?? 0) && (named || /no such file/i.test(message) || /file/.test(code ?? ""))
  );
}

const isModelGone = ({ param, message }: APIError): boolean =>
  param === "model" ||
  /\bmodel\b.*(?:not found|n[o']t exist|retired|deprecated|no longer)/i.test(message);

/** What is wrong with the request itself. */
function ofRequest(error: APIError): ErrorCode {
  const { status = 0, code } = error;
  if (tooMuch.has(status) || code === "context_length_exceeded") return "REQUEST_REJECTED";
  // A page was written by somebody who stands before the API, and read nothing.
  if (!wrong.has(status) || isPage(error)) return "API_FAULT";
  return isOfSettings(error) ? "PARAMETER_REJECTED" : "REQUEST_REJECTED";
}

const tooMuch: ReadonlySet<number> = new Set([413, 415]);
const wrong: ReadonlySet<number> = new Set([400, 422]);

const isPage = ({ error, headers }: APIError): boolean =>
  error === undefined && /\bhtml\b/i.test(headers?.get("content-type") ?? "");

/** What concerns what we sent beside the document: it would fail for each one. */
const isOfSettings = ({ code, param, message }: APIError): boolean =>
  settingsCodes.has(code) || ofSettings.test(param ?? "") || takesNone.test(message);

const settingsCodes: ReadonlySet<unknown> = new Set([
  "invalid_json_schema",
  "unsupported_parameter",
  "unknown_parameter",
  "unsupported_value",
]);
const ofSettings =
  /^(?:model|instructions|text|max_output_tokens|reasoning|store|background|service_tier|purpose|expires_after)|\.detail$/;

/** Servers of one's own that take no files, in their words: Ollama's, llama.cpp's and vLLM's. */
const takesNone = /file inputs are not|input_file\W* is not supported|unknown part type/i;

/** The status and what the server called it: what makes two failures the same. */
export function apiCodeOf({ status, code, type, param }: APIError): string {
  // Some servers say the status again as the code.
  const names = [typeof code === "string" && code ? code : type, param];
  return [status, ...names.filter((name) => typeof name === "string" && name)].join(" ");
}

/** Milliseconds for which to hold back at least, whatever else was said. */
export const holdOf = ({ code, type }: APIError): number | undefined =>
  code === "slow_down" || type === "slow_down" ? 15 * 60_000 : undefined;

/** What a person can do about somebody who stands before the API. */
export function wayHint(code: ErrorCode, status = 0): string | null {
  if (code !== "API_UNREACHABLE") return null;
  return wantsLogin.has(status)
    ? loginHint
    : "The server sends elsewhere, and the key is taken nowhere else; put the final address into its baseUrl.";
}
