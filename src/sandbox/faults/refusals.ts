import { ApiError } from "../api-error.ts";
import type { Ask } from "../ask.ts";
import type { Call } from "../exchange.ts";
import { noSuchModel } from "../models.ts";
import { noSuchEndpoint } from "../routes.ts";
import type { Fault } from "./fault.ts";

/** What a refusal needs to know of the request that it is for. */
interface Asked {
  readonly call: Call;
  readonly model: string;
  /** The first file of the request: which parameter names it, and what that says. */
  readonly file: { readonly param: string; readonly id: string };
}

type Refusal = (asked: Asked) => ApiError;

/** Refuses in the API's own words; nothing is done or billed. */
export const refuse =
  (refusal: Refusal, headers: Readonly<Record<string, string>> = {}): Fault =>
  async (call) => {
    const { status, body } = refusal(await look(call));
    return { status, body, headers };
  };

/** What the API says when it refuses, by what is wrong. */
export const refusals = {
  rateLimit: ({ model }) =>
    new ApiError(
      429,
      `Rate limit reached for ${model} in organization org-sandbox on requests per min (RPM): Limit 500, Used 500, Requested 1. Visit https://platform.openai.com/account/rate-limits to learn more.`,
      { type: "requests", code: "rate_limit_exceeded" },
    ),

  noResource: () =>
    new ApiError(
      429,
      "Resource Unavailable: flex processing has no capacity for this request now. You are not charged for it.",
      { type: "rate_limit_error", code: "resource_unavailable" },
    ),

  tooLarge: ({ model }) =>
    new ApiError(
      429,
      `Request too large for ${model} in organization org-sandbox on tokens per min (TPM): Limit 30000, Requested 41872. The input or output tokens must be reduced in order to run successfully. Visit https://platform.openai.com/account/rate-limits to learn more.`,
      { type: "tokens", code: "rate_limit_exceeded" },
    ),

  quota: () =>
    new ApiError(
      429,
      "You exceeded your current quota, please check your plan and billing details. For more information on this error, read the docs: https://platform.openai.com/docs/guides/error-codes/api-errors.",
      { type: "insufficient_quota", code: "insufficient_quota" },
    ),

  spendLimit: () =>
    new ApiError(429, "Your project has reached its monthly spend limit.", {
      type: "insufficient_quota",
      code: "project_spend_limit_exceeded",
    }),

  badKey: () =>
    new ApiError(
      401,
      "Incorrect API key provided: sk-***. You can find your API key at https://platform.openai.com/account/api-keys.",
      { code: "invalid_api_key" },
    ),

  denied: () =>
    new ApiError(403, "Country, region, or territory not supported", {
      type: "request_forbidden",
      code: "unsupported_country_region_territory",
    }),

  modelGone: ({ model }) => noSuchModel(model),

  fileGone: ({ file }) =>
    new ApiError(404, `No such File object: ${file.id}`, { param: "file_id" }),

  noEndpoint: ({ call }) => noSuchEndpoint(call),

  badDocument: ({ file: { param } }) =>
    new ApiError(400, `Invalid '${param}': the file could not be processed as a PDF.`, {
      param,
      code: "invalid_value",
    }),

  overContext: () =>
    new ApiError(
      400,
      "Your input exceeds the context window of this model. Please adjust your input and try again.",
      { param: "input", code: "context_length_exceeded" },
    ),

  unprocessable: () => new ApiError(422, "The request was well formed but could not be followed."),

  tooBig: () => new ApiError(413, "Maximum content size limit (52428800) exceeded."),

  timeout: () => new ApiError(408, "Request timed out.", { type: "timeout", code: "timeout" }),

  conflict: () =>
    new ApiError(409, "The resource was changed by another request at the same time."),

  serverError: () =>
    new ApiError(
      500,
      "The server had an error while processing your request. Sorry about that! You can retry your request.",
      { type: "server_error", code: "server_error" },
    ),

  overloaded: () =>
    new ApiError(503, "Our servers are currently overloaded. Please try again later.", {
      type: "service_unavailable_error",
      code: "server_is_overloaded",
    }),

  slowDown: () =>
    new ApiError(503, "Your requests come too fast. Slow down, and raise the rate gradually.", {
      type: "service_unavailable_error",
      code: "slow_down",
    }),

  unreadable: () => new ApiError(400, "The request could not be read. Please try again."),
} as const satisfies Readonly<Record<string, Refusal>>;

/** Says that the model doesn't take a parameter. */
export const unsupported =
  (param: string): Refusal =>
  () =>
    new ApiError(400, `Unsupported parameter: '${param}' is not supported with this model.`, {
      param,
      code: "unsupported_parameter",
    });

/** Only a request for a response is read; what else comes is refused unread. */
async function look(call: Call): Promise<Asked> {
  const isAsk = call.method === "POST" && call.path === "/v1/responses";
  const ask = (isAsk ? await call.json() : {}) as Partial<Ask> | null;
  const model = typeof ask?.model === "string" ? ask.model : "the model";
  return { call, model, file: fileIn(ask?.input) };
}

/** The request wasn't checked: its input may be anything. */
function fileIn(input: unknown): Asked["file"] {
  for (const [message, { content }] of recordsIn(input).entries()) {
    for (const [index, part] of recordsIn(content).entries()) {
      if (part["type"] !== "input_file") continue;
      const name = "file_id" in part ? "file_id" : "file_data";
      const id = name === "file_id" ? String(part[name]) : "file-unknown";
      return { param: `input[${message}].content[${index}].${name}`, id };
    }
  }
  return { param: "file", id: "file-unknown" };
}

function recordsIn(list: unknown): Readonly<Record<string, unknown>>[] {
  return Array.isArray(list) ? list.map((one) => Object(one) as Record<string, unknown>) : [];
}
