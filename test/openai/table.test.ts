import { gzipSync } from "node:zlib";
import test, { type ExecutionContext } from "ava";
import { AutodError, type ErrorCode, type ErrorKind, scopeOf } from "../../src/errors.ts";
import { type Answer, hangUp, hangUpWithin, json, silence, text } from "../helpers/http.ts";
import { failing } from "./requests.ts";

interface Meaning {
  readonly code: ErrorCode;
  readonly kind: ErrorKind;
  readonly scope?: "server" | "profile";
  readonly retryAfter?: number;
  readonly retryable?: boolean;
  readonly apiCode?: string;
}

const means = test.macro({
  exec: async (
    t: ExecutionContext,
    request: keyof typeof failing,
    answer: Answer,
    meaning: Meaning,
    timeout?: string,
  ) => {
    const error = await failing[request](answer, timeout);
    t.true(error instanceof AutodError, String(error));
    const { code, kind, retryAfter, retryable, apiCode } = error!;
    const blank = { scope: undefined, retryAfter: undefined, retryable: undefined };
    t.deepEqual(
      { code, kind, scope: scopeOf(code), retryAfter, retryable, apiCode },
      { ...blank, apiCode: undefined, ...meaning },
    );
  },
  title: (
    what = "",
    request: keyof typeof failing,
    _: Answer,
    { code }: Meaning,
    ..._rest: [string?]
  ) => `${request}: ${what} is ${code}`,
});

/** An error as OpenAI states it. */
const says = (
  status: number,
  { message = "no", type = null, code = null, param = null }: Partial<Record<string, unknown>> = {},
  headers: Readonly<Record<string, string>> = {},
) => json({ error: { message, type, code, param } }, status, headers);

type Refusal = readonly [string, number, { message?: string; code?: string; param?: string }];
const called = (status: number, { code, param }: { code?: string; param?: string }) =>
  [status, code, param].filter(Boolean).join(" ");

const busy = { code: "API_BUSY", kind: "transient" } as const;
const fault = { code: "API_FAULT", kind: "transient" } as const;
const lost = { code: "API_ANSWER_LOST", kind: "transient" } as const;
const unreachable = { code: "API_UNREACHABLE", kind: "transient" } as const;
const gone = { code: "UPLOAD_GONE", kind: "transient" } as const;
const rejected = { code: "REQUEST_REJECTED", kind: "document" } as const;
const quota = { code: "QUOTA_EXHAUSTED", kind: "account", scope: "server" } as const;
const key = { code: "KEY_REJECTED", kind: "account", scope: "server" } as const;
const denied = { code: "ACCESS_DENIED", kind: "account", scope: "server" } as const;
const missing = { code: "ENDPOINT_MISSING", kind: "account", scope: "server" } as const;
const model = { code: "MODEL_UNAVAILABLE", kind: "account", scope: "profile" } as const;
const parameter = { code: "PARAMETER_REJECTED", kind: "account", scope: "profile" } as const;

// What waits.
for (const status of [408, 409, 425, 429, 503, 529]) {
  test.serial(`${status}`, means, "ask", says(status), { ...busy, apiCode: `${status}` });
}
for (const status of [500, 502, 504, 520, 524]) {
  test.serial(`${status}`, means, "ask", says(status), { ...fault, apiCode: `${status}` });
}
const overloaded = says(503, { code: "server_is_overloaded" }, { "retry-after": "20" });
test.serial("an overloaded server", means, "ask", overloaded, {
  ...busy,
  retryAfter: 20_000,
  apiCode: "503 server_is_overloaded",
});
const slower = { ...busy, retryAfter: 900_000, apiCode: "503 slow_down" };
test.serial("slow_down", means, "ask", says(503, { code: "slow_down" }), slower);
const soon = { "retry-after": "10" };
test.serial("slow_down for a moment", means, "ask", says(503, { code: "slow_down" }, soon), slower);
const hour = { "retry-after": "3600" };
test.serial("slow_down for an hour", means, "upload", says(503, { type: "slow_down" }, hour), {
  ...slower,
  retryAfter: 3_600_000,
});

// What is limited.
const limit = {
  message: "Rate limit reached for gpt-5.6-luna. Add a payment method at https://x.test/billing.",
  type: "tokens",
  code: "rate_limit_exceeded",
};
const limited = { ...busy, apiCode: "429 rate_limit_exceeded" };
test.serial("a limit of the rate", means, "ask", says(429, limit), limited);
test.serial("a limit that says when", means, "upload", says(429, limit, { "retry-after": "90" }), {
  ...limited,
  retryAfter: 90_000,
});
test.serial(
  "a limit that says what is used up",
  means,
  "ask",
  says(429, limit, {
    "x-ratelimit-remaining-requests": "0",
    "x-ratelimit-reset-requests": "1s",
    "x-ratelimit-remaining-tokens": "0",
    "x-ratelimit-reset-tokens": "6m0s",
    "x-ratelimit-remaining-project-tokens": "17",
    "x-ratelimit-reset-project-tokens": "2h",
  }),
  { ...limited, retryAfter: 360_000 },
);
const noPlace = { code: "TIER_BUSY", kind: "transient" } as const;
test.serial("flex without room", means, "ask", says(429, { message: "Resource Unavailable" }), {
  ...noPlace,
  apiCode: "429",
});
test.serial(
  "flex without room by its code",
  means,
  "ask",
  says(429, { code: "resource_unavailable" }),
  {
    ...noPlace,
    apiCode: "429 resource_unavailable",
  },
);
const tooLarge = "Request too large for m on tokens per min (TPM): Limit 30000, Requested 90000";
test.serial(
  "more than a minute's tokens",
  means,
  "ask",
  says(429, { ...limit, message: tooLarge }),
  {
    ...rejected,
    apiCode: "429 rate_limit_exceeded",
  },
);

// What costs money that isn't there.
const quotas = [
  "insufficient_quota",
  "credit_balance_exhausted",
  "organization_spend_limit_exceeded",
  "project_spend_limit_exceeded",
  "organization_usage_limit_exceeded",
  "billing_hard_limit_reached",
  "billing_not_active",
];
for (const code of quotas) {
  test.serial(code, means, "ask", says(429, { code }), { ...quota, apiCode: `429 ${code}` });
  test.serial(`type ${code}`, means, "upload", says(429, { type: code }), {
    ...quota,
    apiCode: `429 ${code}`,
  });
}
const plan = "You exceeded your current quota, please check your plan and billing details.";
test.serial("quota in words", means, "ask", says(429, { message: plan }), {
  ...quota,
  apiCode: "429",
});
test.serial("402", means, "ask", says(402), { ...quota, apiCode: "402" });
test.serial("400 of billing", means, "ask", says(400, { code: "billing_hard_limit_reached" }), {
  ...quota,
  apiCode: "400 billing_hard_limit_reached",
});

// What the server wants done.
test.serial("400 that may pass", means, "ask", says(400, {}, { "x-should-retry": "true" }), {
  ...busy,
  retryable: true,
  apiCode: "400",
});
test.serial("500 that won't", means, "ask", says(500, {}, { "x-should-retry": "false" }), {
  ...fault,
  retryable: false,
  apiCode: "500",
});
const eager = says(429, { code: "insufficient_quota" }, { "x-should-retry": "true" });
test.serial("quota, whatever is said of another try", means, "ask", eager, {
  ...quota,
  retryable: true,
  apiCode: "429 insufficient_quota",
});

// What is wrong with the document.
const rejections: readonly Refusal[] = [
  ["what is too long", 400, { code: "context_length_exceeded", param: "input" }],
  ["a type it can't read", 400, { code: "unsupported_file", param: "input" }],
  ["a broken PDF", 400, { code: "invalid_file", param: "file" }],
  ["a value", 400, { code: "invalid_value", param: "input[0].content[1].file_id" }],
  ["a prompt", 400, { code: "invalid_prompt" }],
  ["415", 415, {}],
  ["413", 413, {}],
  ["422", 422, {}],
];
for (const [what, status, said] of rejections) {
  test.serial(what, means, "ask", says(status, said), {
    ...rejected,
    apiCode: called(status, said),
  });
}
test.serial("400 without a word", means, "ask", json(null, 400), { ...rejected, apiCode: "400" });
test.serial("413 of a proxy", means, "upload", text("<html>Too Large</html>", 413), {
  ...rejected,
  apiCode: "413",
});

// What is wrong with the settings.
const settings = [
  ["invalid_json_schema", "text.format.schema"],
  ["invalid_json_schema", null],
  ["unsupported_parameter", "reasoning.effort"],
  ["unknown_parameter", null],
  ["unsupported_value", "reasoning.effort"],
  ["invalid_value", "service_tier"],
  ["invalid_value", "input[0].content[1].detail"],
  ["integer_above_max_value", "max_output_tokens"],
] as const;
for (const [code, param] of settings) {
  test.serial(`${code} ${param}`, means, "ask", says(400, { code, param }), {
    ...parameter,
    apiCode: param ? `400 ${code} ${param}` : `400 ${code}`,
  });
}
test.serial("expires_after", means, "upload", says(422, { param: "expires_after[seconds]" }), {
  ...parameter,
  apiCode: "422 expires_after[seconds]",
});
for (const message of [
  "file inputs are not currently supported",
  "'input_file' is not supported by llamacpp at this moment",
  "Unknown part type: input_file",
]) {
  test.serial(
    message,
    means,
    "ask",
    says(400, { message, code: 400, type: "invalid_request_error" }),
    {
      ...parameter,
      apiCode: "400 invalid_request_error",
    },
  );
}

// Who may do what.
test.serial("401", means, "upload", says(401, { code: "invalid_api_key" }), {
  ...key,
  apiCode: "401 invalid_api_key",
});
const scopes = "You have insufficient permissions. Missing scopes: api.files.write.";
test.serial("401 of a key made for less", means, "upload", says(401, { message: scopes }), {
  ...denied,
  apiCode: "401",
});
test.serial("403", means, "ask", says(403), { ...denied, apiCode: "403" });
const region = "unsupported_country_region_territory";
test.serial("403 of a region", means, "ask", says(403, { code: region }), {
  ...denied,
  apiCode: `403 ${region}`,
});
test.serial("403 of a gate", means, "ask", text("<html>Forbidden</html>", 403), {
  ...denied,
  apiCode: "403",
});

// What isn't there.
for (const status of [400, 403, 404]) {
  const said = { code: "model_not_found", param: "model" };
  test.serial(`${status} of a model`, means, "ask", says(status, said), {
    ...model,
    apiCode: `${status} model_not_found model`,
  });
}
const notPulled = { message: 'model "llama" not found, try pulling it first', type: "api_error" };
test.serial("404 of a model at home", means, "ask", says(404, notPulled), {
  ...model,
  apiCode: "404 api_error",
});
const at = "input[0].content[1].file_id";
const uploads: readonly Refusal[] = [
  ["that isn't there", 404, { message: "No such File object: file-1" }],
  ["by its parameter", 404, { message: "Not found", param: at }],
  ["by its id", 404, { message: "file-1 was deleted" }],
  ["by its code", 404, { code: "file_not_found" }],
  ["that went", 410, { message: "File file-1 has expired" }],
  ["as a wrong request", 400, { message: "File with id 'file-1' not found.", param: at }],
];
for (const [what, status, said] of uploads) {
  test.serial(`an upload ${what}`, means, "ask", says(status, said), {
    ...gone,
    apiCode: called(status, said),
  });
}
const url = says(404, { message: "Invalid URL (POST /v1/v1/responses)" });
const nowhere = { ...missing, apiCode: "404" };
test.serial("404 of an address", means, "ask", url, nowhere);
test.serial("404 of an address", means, "upload", url, nowhere);
test.serial("404 as a page", means, "ask", text("<html>Not Found</html>", 404), nowhere);
test.serial(
  "404 of a file that nobody sent",
  means,
  "text",
  says(404, { code: "file_not_found" }),
  {
    ...missing,
    apiCode: "404 file_not_found",
  },
);
for (const status of [405, 406, 410, 501]) {
  test.serial(`${status}`, means, "ask", says(status), { ...missing, apiCode: `${status}` });
}

// Who stands before the API.
for (const status of [301, 308, 511]) {
  test.serial(`${status}`, means, "ask", text("", status, { location: "http://127.0.0.1:9/" }), {
    ...unreachable,
    retryable: false,
    apiCode: `${status}`,
  });
}
for (const status of [400, 422, 500, 502, 504]) {
  const page = text("<html><h1>Bad Gateway</h1></html>", status);
  test.serial(`a page with ${status}`, means, "ask", page, { ...fault, apiCode: `${status}` });
}
test.serial("a page with 503", means, "ask", text("<html>Wait</html>", 503), {
  ...busy,
  apiCode: "503",
});

test.serial("407", means, "ask", text("", 407), {
  ...unreachable,
  retryable: false,
  apiCode: "407",
});

// A status of no known meaning costs no document anything.
for (const status of [411, 418, 426, 431, 451]) {
  test.serial(`${status}`, means, "ask", says(status), { ...fault, apiCode: `${status}` });
}

// Lines that break, and answers that can't be read.
const asJson = { "content-type": "application/json" };
const zeros = Buffer.alloc(40_000_000, " ");
const bomb: Answer = (response) => {
  response.writeHead(200, { ...asJson, "content-encoding": "gzip" }).end(gzipSync(zeros));
};
const endless: Answer = (response) => {
  response.writeHead(200, asJson);
  const more = () => void (response.destroyed || response.write(zeros.subarray(0, 1e6), more));
  more();
};
const unreadable = [
  ["a line that breaks before the headers", hangUp],
  ["a line that breaks within the body", hangUpWithin],
  ["what grows without end when unpacked", bomb],
  ["what never ends", endless],
  ["broken JSON", text('{"id": "resp_1", "usage"', 200, asJson)],
  ["nothing", text("", 200, asJson)],
  ["an empty object", json({})],
  ["a page", text("<html>Please log in</html>")],
  ["a page that calls itself JSON", text("<html>Please log in</html>", 200, asJson)],
] as const satisfies readonly (readonly [string, Answer])[];
for (const [what, answer] of unreadable) {
  test.serial(what, means, "ask", answer, lost);
  test.serial(what, means, "upload", answer, unreachable);
}

// What takes its time is waited for side by side.
const slow = [
  ["silence", silence],
  ["silence within the body", (response) => response.writeHead(200, asJson).write("{")],
] as const satisfies readonly (readonly [string, Answer])[];
for (const [what, answer] of slow) {
  test(what, means, "ask", answer, lost, "2s");
  test(what, means, "upload", answer, unreachable, "2s");
}

// An error is known by its status, though its words never come to an end.
const slowWords: Answer = (response) => {
  response.writeHead(401, asJson).write('{"error": ');
  const dripping = setInterval(() => response.write(" "), 100);
  response.on("close", () => clearInterval(dripping));
};
test("401 in words that never end", means, "upload", slowWords, { ...key, apiCode: "401" }, "2s");
