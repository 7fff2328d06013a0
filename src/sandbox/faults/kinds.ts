import type { Fault, Outcome } from "./fault.ts";
import { refusals, refuse, unsupported } from "./refusals.ts";
import { atOnce, failed, incomplete, invalid, refusal, type Twist } from "./twists.ts";

/** One way to fail. */
export interface Kind {
  /** What happens, for the help. */
  readonly means: string;
  /** What may be said behind a colon ("slow:2000"); where there is nothing, nothing may. */
  readonly takes?: { readonly what: string; readonly form: RegExp; readonly usual: string };
  /** Whether only a request for a response can fail so. */
  readonly asksOnly?: true;
  /** `said`: what stands behind the colon, or the usual. */
  readonly fault: (said: string) => Fault;
}

const always = (fault: Fault) => () => fault;
const twisted =
  (twist: Twist): Fault =>
  (_, take) =>
    take(twist);

const after =
  (outcome: Outcome): Fault =>
  async (_, take) => {
    await take();
    return outcome;
  };

/** Every way to fail, by name; the help prints this table. */
export const faultKinds: Readonly<Record<string, Kind>> = {
  "rate-limit": {
    means: "429 rate_limit_exceeded, without Retry-After",
    fault: always(refuse(refusals.rateLimit)),
  },
  "rate-limit-after": {
    means: "429 with Retry-After (250ms: retry-after-ms)",
    takes: { what: "seconds", form: /^\d+(?:ms)?$/, usual: "1" },
    fault: (said) => refuse(refusals.rateLimit, retryAfter(said)),
  },
  "flex-busy": {
    means: "429 resource_unavailable, for flex",
    asksOnly: true,
    fault: always(async (call, take) => {
      const body = (await call.json()) as { readonly service_tier?: unknown } | null;
      return body?.service_tier === "flex" ? refuse(refusals.noResource)(call, take) : take();
    }),
  },
  "too-large": {
    means: '429 "Request too large", of tokens per minute',
    fault: always(refuse(refusals.tooLarge)),
  },
  quota: { means: "429 insufficient_quota", fault: always(refuse(refusals.quota)) },
  "spend-limit": {
    means: "429 project_spend_limit_exceeded",
    fault: always(refuse(refusals.spendLimit)),
  },
  key: { means: "401 invalid_api_key", fault: always(refuse(refusals.badKey)) },
  denied: { means: "403, region not supported", fault: always(refuse(refusals.denied)) },
  "model-gone": { means: "404 model_not_found", fault: always(refuse(refusals.modelGone)) },
  "file-gone": {
    means: '404 "No such File object"',
    asksOnly: true,
    fault: always(refuse(refusals.fileGone)),
  },
  "no-endpoint": { means: '404 "Invalid URL"', fault: always(refuse(refusals.noEndpoint)) },
  parameter: {
    means: "400 unsupported_parameter",
    takes: { what: "name", form: /^[\w.[\]]+$/, usual: "reasoning.effort" },
    fault: (said) => refuse(unsupported(said)),
  },
  "no-background": {
    means: "400, where it is asked for in the background",
    asksOnly: true,
    fault: always(async (call, take) => {
      const body = (await call.json()) as { readonly background?: unknown } | null;
      return body?.background ? refuse(unsupported("background"))(call, take) : take();
    }),
  },
  "at-once": {
    means: "answered at once, background or not",
    asksOnly: true,
    fault: always(twisted(atOnce)),
  },
  document: {
    means: "400 invalid_value, about the file",
    fault: always(refuse(refusals.badDocument)),
  },
  context: {
    means: "400 context_length_exceeded",
    asksOnly: true,
    fault: always(refuse(refusals.overContext)),
  },
  unprocessable: { means: "422", fault: always(refuse(refusals.unprocessable)) },
  "too-big": { means: "413", fault: always(refuse(refusals.tooBig)) },
  timeout: { means: "408", fault: always(refuse(refusals.timeout)) },
  conflict: { means: "409", fault: always(refuse(refusals.conflict)) },
  fault: { means: "500 server_error", fault: always(refuse(refusals.serverError)) },
  overloaded: { means: "503 server_is_overloaded", fault: always(refuse(refusals.overloaded)) },
  "slow-down": { means: "503 slow_down", fault: always(refuse(refusals.slowDown)) },
  "no-retry": {
    means: "500 with x-should-retry: false",
    fault: always(refuse(refusals.serverError, { "x-should-retry": "false" })),
  },
  "do-retry": {
    means: "400 with x-should-retry: true",
    fault: always(refuse(refusals.unreadable, { "x-should-retry": "true" })),
  },
  html: {
    means: "502 with an HTML page for a body",
    fault: always(() => ({ status: 502, headers: { "content-type": "text/html" }, body: page })),
  },
  reset: {
    means: "the line breaks before the request is taken",
    fault: always(() => "broken"),
  },
  "reset-after": {
    means: "the line breaks once it is taken (and billed)",
    fault: always(after("broken")),
  },
  hang: {
    means: "it is taken (and billed), and never answered",
    fault: always(after("silent")),
  },
  slow: {
    means: "answered, but so much later",
    takes: { what: "milliseconds", form: /^\d{1,7}$/, usual: "1000" },
    fault: (said) => async (_, take) => ({ ...(await take()), delay: Number(said) }),
  },
  "broken-json": {
    means: "answered (and billed), but the JSON breaks off",
    fault: always(async (_, take) => {
      const answer = await take();
      const text = JSON.stringify(answer.body);
      return { ...answer, body: text.slice(0, text.length / 2) };
    }),
  },
  refusal: { means: "the model refuses", asksOnly: true, fault: always(twisted(refusal)) },
  incomplete: {
    means: "the answer is cut off (max_output_tokens)",
    asksOnly: true,
    fault: always(twisted(incomplete("max_output_tokens"))),
  },
  filtered: {
    means: "the answer is cut off (content_filter)",
    asksOnly: true,
    fault: always(twisted(incomplete("content_filter"))),
  },
  failed: {
    means: "a response of status failed, server_error or so",
    takes: { what: "code", form: /^\w+$/, usual: "server_error" },
    asksOnly: true,
    fault: (said) => twisted(failed(said)),
  },
  invalid: {
    means: "the answer isn't what the schema asks for",
    asksOnly: true,
    fault: always(twisted(invalid)),
  },
};

const page = `<html>
<head><title>502 Bad Gateway</title></head>
<body>
<center><h1>502 Bad Gateway</h1></center>
<hr><center>cloudflare</center>
</body>
</html>
`;

function retryAfter(said: string): Readonly<Record<string, string>> {
  return said.endsWith("ms")
    ? { "retry-after-ms": said.slice(0, -"ms".length) }
    : { "retry-after": said };
}
