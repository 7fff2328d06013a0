import test from "ava";
import {
  APIError,
  AuthenticationError,
  BadRequestError,
  ConflictError,
  InternalServerError,
  NotFoundError,
  PermissionDeniedError,
  RateLimitError,
  UnprocessableEntityError,
} from "openai";
import { ask, open, upload } from "../opened.ts";

interface Said {
  readonly status: number;
  readonly type?: string;
  readonly code?: string | null;
  readonly param?: string | null;
  readonly message?: RegExp;
  readonly headers?: Readonly<Record<string, string | null>>;
}

const refuses = test.macro({
  title: (_, kind: string) => `${kind} refuses, and nothing is done or billed`,
  async exec(t, kind: string, sdkClass: new (...args: never[]) => APIError, said: Said) {
    await using opened = await open();
    const { client, sandbox } = opened;
    const id = await upload(client);
    sandbox.setFaults([{ request: "POST /v1/responses", kinds: [kind] }]);
    const { headers = {}, message = /./, ...rest } = said;

    const error = await t.throwsAsync(client.responses.create(ask(id)), { instanceOf: APIError });

    t.is(error?.constructor, sdkClass);
    const usual = { type: "invalid_request_error", code: null, param: null };
    const { status, type, code, param } = error ?? {};
    t.deepEqual({ status, type, code, param }, { ...usual, ...rest });
    t.regex(error?.message.replace(id, "ID") ?? "", message);
    for (const [name, value] of Object.entries(headers)) t.is(error?.headers?.get(name), value);
    t.deepEqual(sandbox.bills(), []);
    t.like(sandbox.requests().at(-1), { status: said.status, fault: kind, body: ask(id) });
    t.is((await client.responses.create(ask(id))).status, "completed");
  },
});

const limit = { status: 429, type: "requests", code: "rate_limit_exceeded" };
test("rate-limit", refuses, "rate-limit", RateLimitError, {
  ...limit,
  message: /^429 Rate limit reached for gpt-5\.6-luna/,
  headers: { "retry-after": null, "retry-after-ms": null },
});
test("rate-limit-after", refuses, "rate-limit-after", RateLimitError, {
  ...limit,
  headers: { "retry-after": "1", "retry-after-ms": null },
});
test("rate-limit-after:2", refuses, "rate-limit-after:2", RateLimitError, {
  ...limit,
  headers: { "retry-after": "2", "retry-after-ms": null },
});
test("rate-limit-after:250ms", refuses, "rate-limit-after:250ms", RateLimitError, {
  ...limit,
  headers: { "retry-after": null, "retry-after-ms": "250" },
});
test("too-large", refuses, "too-large", RateLimitError, {
  status: 429,
  type: "tokens",
  code: "rate_limit_exceeded",
  message: /Request too large for gpt-5\.6-luna .*\(TPM\)/,
});
test("quota", refuses, "quota", RateLimitError, {
  status: 429,
  type: "insufficient_quota",
  code: "insufficient_quota",
});
test("spend-limit", refuses, "spend-limit", RateLimitError, {
  status: 429,
  type: "insufficient_quota",
  code: "project_spend_limit_exceeded",
});
test("key", refuses, "key", AuthenticationError, { status: 401, code: "invalid_api_key" });
test("denied", refuses, "denied", PermissionDeniedError, {
  status: 403,
  type: "request_forbidden",
  code: "unsupported_country_region_territory",
});
test("model-gone", refuses, "model-gone", NotFoundError, {
  status: 404,
  code: "model_not_found",
  param: "model",
  message: /The model 'gpt-5\.6-luna' does not exist/,
});
test("file-gone", refuses, "file-gone", NotFoundError, {
  status: 404,
  param: "file_id",
  message: /No such File object: ID$/,
});
test("no-endpoint", refuses, "no-endpoint", NotFoundError, {
  status: 404,
  message: /Invalid URL \(POST \/v1\/responses\)/,
});
test("parameter", refuses, "parameter", BadRequestError, {
  status: 400,
  code: "unsupported_parameter",
  param: "reasoning.effort",
});
test("parameter:service_tier", refuses, "parameter:service_tier", BadRequestError, {
  status: 400,
  code: "unsupported_parameter",
  param: "service_tier",
  message: /'service_tier' is not supported/,
});
test("document", refuses, "document", BadRequestError, {
  status: 400,
  code: "invalid_value",
  param: "input[0].content[0].file_id",
});
test("context", refuses, "context", BadRequestError, {
  status: 400,
  code: "context_length_exceeded",
  param: "input",
});
test("unprocessable", refuses, "unprocessable", UnprocessableEntityError, { status: 422 });
test("too-big", refuses, "too-big", APIError, { status: 413 });
test("timeout", refuses, "timeout", APIError, { status: 408, type: "timeout", code: "timeout" });
test("conflict", refuses, "conflict", ConflictError, { status: 409 });

const own = { status: 500, type: "server_error", code: "server_error" };
test("fault", refuses, "fault", InternalServerError, {
  ...own,
  headers: { "x-should-retry": null },
});
test("no-retry", refuses, "no-retry", InternalServerError, {
  ...own,
  headers: { "x-should-retry": "false" },
});
test("do-retry", refuses, "do-retry", BadRequestError, {
  status: 400,
  headers: { "x-should-retry": "true" },
});

const busy = { status: 503, type: "service_unavailable_error" };
test("overloaded", refuses, "overloaded", InternalServerError, {
  ...busy,
  code: "server_is_overloaded",
});
test("slow-down", refuses, "slow-down", InternalServerError, { ...busy, code: "slow_down" });

test("an upload is refused as well, and leaves nothing behind", async (t) => {
  await using opened = await open();
  const { client, sandbox } = opened;
  sandbox.setFaults([{ request: "POST /v1/files", kinds: ["document", "model-gone"] }]);
  await t.throwsAsync(upload(client), { message: /^400 Invalid 'file'/ });
  await t.throwsAsync(upload(client), { message: /^404 The model 'the model'/ });
  t.deepEqual(sandbox.files(), []);
});

test("a request that says nothing of a file is refused for one too", async (t) => {
  await using opened = await open();
  const { client, sandbox } = opened;
  sandbox.setFaults([{ request: "POST /v1/responses", kinds: ["file-gone"], forever: true }]);
  const create = (body: object) => client.responses.create(body as ReturnType<typeof ask>);
  const wrong = [{}, { input: "text" }, { input: [null, { content: [null, {}] }] }];
  for (const body of wrong) {
    await t.throwsAsync(create(body), { message: /No such File object: file-unknown/ });
  }
  const inline = { input: [{ content: [{ type: "input_file", file_data: "data:" }] }] };
  sandbox.setFaults([{ request: "POST /v1/responses", kinds: ["document"] }]);
  await t.throwsAsync(create(inline), { message: /'input\[0\]\.content\[0\]\.file_data'/ });
});
