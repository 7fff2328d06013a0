import { createServer } from "node:net";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import test from "ava";
import { AutodError, type ErrorCode, type ErrorKind } from "../../src/errors.ts";
import { classify } from "../../src/openai/classify.ts";
import { type Answer, hangUp, json, serve, text } from "../helpers/http.ts";
import { connectTo, key } from "./asking.ts";

/** What an ask of the server at `url` fails with, as the SDK throws it. */
async function thrown(url: string, signal?: AbortSignal): Promise<unknown> {
  await using connection = connectTo(url, { timeout: "2s" });
  const { responses } = connection.client;
  return await responses.create({ model: "m", input: "" }, { signal }).then(
    () => "an answer",
    (error: unknown) => error,
  );
}

async function classified(answer: Answer, onBrokenLine?: "API_ANSWER_LOST"): Promise<AutodError> {
  await using server = await serve(answer);
  return classify(await thrown(server.url), key, onBrokenLine) as AutodError;
}

const isFor = test.macro({
  exec: async (t, status: number, error: object | null, code: ErrorCode, kind: ErrorKind) => {
    const found = await classified(json(error && { error }, status), "API_ANSWER_LOST");
    t.true(found instanceof AutodError);
    t.is(found.code, code);
    t.is(found.kind, kind);
  },
  title: (_, ...row) =>
    row
      .slice(0, 3)
      .map((cell) => JSON.stringify(cell))
      .join(" "),
});

const rate = { message: "Rate limit reached", type: "tokens", code: "rate_limit_exceeded" };
const quotaCodes = [
  "insufficient_quota",
  "credit_balance_exhausted",
  "organization_spend_limit_exceeded",
  "project_spend_limit_exceeded",
  "organization_usage_limit_exceeded",
  "billing_hard_limit_reached",
  "billing_not_active",
];
const bad = (code: string | null, param: string | null = null) => ({ message: "no", code, param });

test(isFor, 408, null, "API_BUSY", "transient");
test(isFor, 409, null, "API_BUSY", "transient");
test(isFor, 429, rate, "API_BUSY", "transient");
test(isFor, 429, null, "API_BUSY", "transient");
test(isFor, 429, { message: "Resource Unavailable" }, "API_BUSY", "transient");
test(
  isFor,
  429,
  { ...rate, message: "Request too large for m: Limit 30000, Requested 90000" },
  "REQUEST_REJECTED",
  "document",
);
for (const code of quotaCodes) {
  test(isFor, 429, { message: "", code }, "QUOTA_EXHAUSTED", "account");
  test(isFor, 429, { message: "", code: null, type: code }, "QUOTA_EXHAUSTED", "account");
}
test(
  isFor,
  429,
  { message: "", code: "other", type: "insufficient_quota" },
  "QUOTA_EXHAUSTED",
  "account",
);
test(isFor, 500, bad("server_error"), "API_FAULT", "transient");
test(isFor, 502, null, "API_FAULT", "transient");
test(isFor, 504, null, "API_FAULT", "transient");
test(isFor, 503, bad("server_is_overloaded"), "API_BUSY", "transient");
test(isFor, 503, bad("slow_down"), "API_BUSY", "transient");
test(isFor, 400, bad("context_length_exceeded", "input"), "REQUEST_REJECTED", "document");
test(
  isFor,
  400,
  bad("invalid_value", "input[0].content[1].file_id"),
  "REQUEST_REJECTED",
  "document",
);
test(isFor, 400, bad("unsupported_file", "input"), "REQUEST_REJECTED", "document");
test(isFor, 400, bad("invalid_file", "file"), "REQUEST_REJECTED", "document");
test(isFor, 400, bad("invalid_prompt"), "REQUEST_REJECTED", "document");
test(isFor, 400, null, "REQUEST_REJECTED", "document");
test(isFor, 400, bad("invalid_json_schema", "text.format.schema"), "PARAMETER_REJECTED", "account");
test(isFor, 400, bad("invalid_json_schema"), "PARAMETER_REJECTED", "account");
test(isFor, 400, bad("unsupported_parameter", "reasoning.effort"), "PARAMETER_REJECTED", "account");
test(isFor, 400, bad("unknown_parameter"), "PARAMETER_REJECTED", "account");
test(isFor, 400, bad("unsupported_value", "reasoning.effort"), "PARAMETER_REJECTED", "account");
test(isFor, 400, bad("invalid_value", "service_tier"), "PARAMETER_REJECTED", "account");
test(isFor, 400, bad(null, "service_tier"), "PARAMETER_REJECTED", "account");
test(
  isFor,
  400,
  bad("integer_above_max_value", "max_output_tokens"),
  "PARAMETER_REJECTED",
  "account",
);
test(isFor, 400, bad("model_not_found", "model"), "MODEL_UNAVAILABLE", "account");
test(isFor, 403, bad("model_not_found"), "MODEL_UNAVAILABLE", "account");
test(isFor, 404, bad("model_not_found"), "MODEL_UNAVAILABLE", "account");
test(
  isFor,
  404,
  { message: "File not found", code: null, param: "file_id" },
  "API_FAULT",
  "transient",
);
test(isFor, 404, null, "API_FAULT", "transient");
test(isFor, 401, bad("invalid_api_key"), "KEY_REJECTED", "account");
test(isFor, 403, bad("unsupported_country_region_territory"), "ACCESS_DENIED", "account");
test(isFor, 403, null, "ACCESS_DENIED", "account");
test(isFor, 413, null, "REQUEST_REJECTED", "document");
test(isFor, 422, null, "REQUEST_REJECTED", "document");
// A status that says nothing about a document costs none anything.
test(isFor, 405, null, "API_FAULT", "transient");
test(isFor, 402, null, "API_FAULT", "transient");
test(isFor, 301, null, "API_UNREACHABLE", "transient");
test(isFor, 308, null, "API_UNREACHABLE", "transient");

test("a page of a proxy is known by its status", async (t) => {
  const { code, message } = await classified(text("<html><h1>502 Bad Gateway</h1></html>", 502));
  t.is(code, "API_FAULT");
  t.is(message, "the API answered 502: <html><h1>502 Bad Gateway</h1></html>");
});

test("the status is said once", async (t) => {
  const answers = [
    [
      json({ error: { message: "Missing required parameter: 'stream'." } }, 400),
      "the API answered 400: Missing required parameter: 'stream'.",
    ],
    [
      json({ error: { message: "400 is no number" } }, 400),
      "the API answered 400: 400 is no number",
    ],
    [text("", 500), "the API answered 500: status code (no body)"],
  ] as const;
  for (const [answer, message] of answers) t.is((await classified(answer)).message, message);
});

test("a refused connection and an unknown name are known to have cost nothing", async (t) => {
  const closed = createServer().listen(0, "127.0.0.1");
  await once(closed, "listening");
  const { port } = closed.address() as AddressInfo;
  await closed[Symbol.asyncDispose]();
  const urls = [
    `http://127.0.0.1:${port}/v1`,
    `http://localhost:${port}/v1`,
    "http://no-such-host.invalid/v1",
  ];
  for (const url of urls) {
    const found = classify(await thrown(url), key, "API_ANSWER_LOST") as AutodError;
    t.is(found.code, "API_UNREACHABLE", url);
    t.regex(found.message, /^no answer from the API: .*(ECONNREFUSED|ENOTFOUND|EAI_AGAIN)/);
  }
});

test("a line that was never encrypted is known to have cost nothing", async (t) => {
  await using server = await serve();
  const error = await thrown(server.url.replace("http:", "https:"));
  t.is((classify(error, key, "API_ANSWER_LOST") as AutodError).code, "API_UNREACHABLE");
});

test("a line that broke is what the caller says, once the request was taken", async (t) => {
  t.is((await classified(hangUp)).code, "API_UNREACHABLE");
  t.is((await classified(hangUp, "API_ANSWER_LOST")).code, "API_ANSWER_LOST");
});

test("an answer that can't be read is what the caller says", async (t) => {
  const broken = text('{"id": ', 200, { "content-type": "application/json" });
  t.is((await classified(broken)).code, "API_UNREACHABLE");
  const { code, message } = await classified(broken, "API_ANSWER_LOST");
  t.is(code, "API_ANSWER_LOST");
  t.regex(message, /^the API's answer can't be read: /);
});

test("a stop of ours is passed on as it is", async (t) => {
  await using server = await serve();
  const error = await thrown(server.url, AbortSignal.abort());
  t.is(classify(error, key), error);
});

test("what was thrown is kept as the cause", async (t) => {
  await using server = await serve(json(null, 500));
  const error = await thrown(server.url);
  t.is((classify(error, key) as AutodError).cause, error);
});

const long = "word ".repeat(1000);
const speaks = test.macro({
  exec: async (t, answer: Answer) => {
    const { message } = await classified(answer);
    t.true(message.length <= 400);
    t.false(message.includes(key));
    t.false(message.includes("SECRET"));
  },
  title: (what) => `a message is short and doesn't hold the key, though the server ${what}`,
});

test("repeats the key", speaks, json({ error: { message: `Incorrect API key: ${key}.` } }, 401));
test("repeats the key in a page", speaks, text(`<html>Authorization: Bearer ${key}${long}`, 502));
test(
  "repeats the key where the message is cut",
  speaks,
  json({ error: { message: `${"x".repeat(290)}${key}` } }, 400),
);
test("talks on and on", speaks, json({ error: { message: long } }, 400));
test("talks in another shape", speaks, json({ error: { message: { words: long } } }, 400));
test("sends a page", speaks, text(`<html>${long}`, 500));

test("without a key to keep out, words stay as they are", async (t) => {
  await using server = await serve(json({ error: { message: "no such thing" } }, 400));
  const { message } = classify(await thrown(server.url), "") as AutodError;
  t.is(message, "the API answered 400: no such thing");
});
