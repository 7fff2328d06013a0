import test from "ava";
import type { Response } from "openai/resources/responses/responses";
import type { ErrorCode } from "../../src/errors.ts";
import { readReply, type Verdict } from "../../src/openai/reply.ts";
import { extraction, outputText, profileWith, response, saying } from "./asking.ts";

const { answer } = profileWith();
const read = (given: unknown) => readReply(given as Response, answer, "gpt-5.6-luna");
const message = (...content: unknown[]) => ({ type: "message", role: "assistant", content });

test("a complete answer is read with its usage, its model and its tier", (t) => {
  t.deepEqual(read(response({ service_tier: "flex" })), {
    responseId: "resp_1",
    model: "gpt-5.6-luna-2026-07-30",
    serviceTier: "flex",
    usage: {
      inputTokens: 1834,
      cachedInputTokens: 512,
      cacheWriteTokens: 100,
      outputTokens: 402,
      reasoningTokens: 64,
    },
    verdict: { outcome: "ok", extraction },
  });
});

test("a server that says little is understood", (t) => {
  const reply = read({ output: [message(outputText(JSON.stringify(extraction)))] });
  t.like(reply, { responseId: null, model: "gpt-5.6-luna", serviceTier: "default", usage: null });
  t.is(reply.verdict.outcome, "ok");
});

const isUseless = test.macro({
  exec: (t, given: unknown, outcome: Verdict["outcome"], code: ErrorCode, again: string) => {
    const { verdict, usage } = read(given);
    t.like(verdict, { outcome, code, again });
    // Billed all the same.
    t.is(usage?.inputTokens, 1834);
  },
  title: (what = "", _, outcome) => `${what} is ${String(outcome)}`,
});

const cut = (reason?: string) =>
  response({ status: "incomplete", incomplete_details: reason ? { reason } : null });
const failed = (code?: string) =>
  response({ status: "failed", error: code ? { code, message: "secret" } : null, output: [] });
const refusal = { type: "refusal", refusal: "I can't help with that." };

test(
  "a refusal",
  isUseless,
  response({ output: [message(refusal)] }),
  "refused",
  "ANSWER_REFUSED",
  "never",
);
test(
  "a refusal after some text",
  isUseless,
  response({ output: [message(outputText("{"), refusal)] }),
  "refused",
  "ANSWER_REFUSED",
  "never",
);
test(
  "an answer cut at its limit",
  isUseless,
  cut("max_output_tokens"),
  "incomplete",
  "ANSWER_INCOMPLETE",
  "longer",
);
test(
  "an answer cut without a reason",
  isUseless,
  cut(),
  "incomplete",
  "ANSWER_INCOMPLETE",
  "longer",
);
test("a filtered answer", isUseless, cut("content_filter"), "refused", "ANSWER_FILTERED", "never");
for (const code of ["server_error", "vector_store_timeout"]) {
  test(
    `an answer that failed by a fault there (${code})`,
    isUseless,
    failed(code),
    "failed",
    "API_FAULT",
    "same",
  );
}
test(
  "an answer that failed by a limit there",
  isUseless,
  failed("rate_limit_exceeded"),
  "failed",
  "API_BUSY",
  "never",
);
for (const error of [
  { code: "insufficient_quota", message: "" },
  { code: "server_error", message: "You exceeded your current quota, secret." },
  { code: "rate_limit_exceeded", message: "The credit balance is used up." },
]) {
  test(
    `an answer that failed for want of money (${error.code})`,
    isUseless,
    response({ status: "failed", error }),
    "failed",
    "QUOTA_EXHAUSTED",
    "never",
  );
}
for (const code of [
  "invalid_prompt",
  "bio_policy",
  "image_parse_error",
  "data_residency_mismatch",
  "anything else",
]) {
  test(
    `an answer that failed for good (${code})`,
    isUseless,
    failed(code),
    "failed",
    "ANSWER_FAILED",
    "never",
  );
}
test(
  "an answer that failed without a reason",
  isUseless,
  failed(),
  "failed",
  "ANSWER_FAILED",
  "never",
);
test(
  "a cancelled answer",
  isUseless,
  response({ status: "cancelled", output: [] }),
  "failed",
  "API_FAULT",
  "same",
);
test(
  "an answer without output",
  isUseless,
  response({ output: [] }),
  "invalid",
  "ANSWER_INVALID",
  "same",
);
test("an answer of blanks", isUseless, saying(" \n\n "), "invalid", "ANSWER_INVALID", "same");
test("broken JSON", isUseless, saying('{"title": "Elec'), "invalid", "ANSWER_INVALID", "same");
test("prose", isUseless, saying("Here is your JSON: {}"), "invalid", "ANSWER_INVALID", "same");
test("null", isUseless, saying("null"), "invalid", "ANSWER_INVALID", "same");
test("a list", isUseless, saying("[]"), "invalid", "ANSWER_INVALID", "same");
test(
  "a field too few",
  isUseless,
  saying(JSON.stringify({ ...extraction, title: undefined })),
  "invalid",
  "ANSWER_INVALID",
  "same",
);
test(
  "a field of another type",
  isUseless,
  saying(JSON.stringify({ ...extraction, tags: "a" })),
  "invalid",
  "ANSWER_INVALID",
  "same",
);
test(
  "a category of its own",
  isUseless,
  saying(JSON.stringify({ ...extraction, category: "../.." })),
  "invalid",
  "ANSWER_INVALID",
  "same",
);

test("what was wrong is said, and never what the answer said", (t) => {
  const secret = "IBAN DE02 1203 0000 0000 2020 51";
  const answers = [
    saying(`{"title": "${secret}"`),
    saying(JSON.stringify({ ...extraction, category: secret })),
    saying(JSON.stringify({ ...extraction, references: [{ label: secret, value: 7 }] })),
    response({ output: [message({ type: "refusal", refusal: secret })] }),
    response({ status: "failed", error: { code: "invalid_prompt", message: secret } }),
    response({ status: "failed", error: { code: "insufficient_quota", message: secret } }),
  ];
  for (const given of answers) {
    const { verdict } = read(given);
    t.not(verdict.outcome, "ok");
    t.false(JSON.stringify(verdict).includes(secret));
  }
  t.like(read(answers[2]).verdict, {
    message: "the answer doesn't keep to the schema at references.0.value: invalid_type",
  });
});

test("an impossible date or amount doesn't cost the rest of the answer", (t) => {
  const odd = { ...extraction, documentDate: "2026-02-31", totalAmount: "n/a", currency: "Euro" };
  t.deepEqual(read(saying(JSON.stringify(odd))).verdict, { outcome: "ok", extraction: odd });
});

test("an answer in several parts is one, and what is said on the way to it is none", (t) => {
  const whole = JSON.stringify(extraction);
  const parts = message(outputText(whole.slice(0, 20)), outputText(whole.slice(20)));
  const aside = { ...message(outputText("Let me look at page 2.")), phase: "commentary" };
  t.is(read(response({ output: [parts] })).verdict.outcome, "ok");
  const output = [aside, { ...parts, phase: "final_answer" }];
  t.is(read(response({ output })).verdict.outcome, "ok");
});

const found = test.macro({
  exec: (t, text: string) => t.deepEqual(read(saying(text)).verdict, { outcome: "ok", extraction }),
  title: (what) => `an answer is found ${what}`,
});
const inShort = JSON.stringify(extraction);
const atLength = JSON.stringify(extraction, null, 2);

test("in a fence", found, `\`\`\`json\n${atLength}\n\`\`\``);
test("in a fence without a name", found, `\`\`\`\n${inShort}\n\`\`\`\n`);
test("behind thoughts", found, `<think>\nIs it {"a": 1}?\n</think>\n\n${inShort}`);
test("behind thoughts that nobody opened", found, `So {it} is.</think>${inShort}`);
test("behind thoughts, in a fence", found, `<think></think>\`\`\`json\n${atLength}\`\`\``);
test("among words", found, `Here is your JSON:\n${atLength}\nI hope this helps!`);

const lost = test.macro({
  exec: (t, text: string) =>
    t.like(read(saying(text)).verdict, { outcome: "invalid", code: "ANSWER_INVALID" }),
  title: (what) => `no answer is found ${what}`,
});

test("in two objects", lost, `${inShort}\n${inShort}`);
test("in thoughts alone", lost, `<think>${inShort}</think>`);
test("in a fence of broken JSON", lost, `\`\`\`json\n${inShort.slice(0, -2)}\n\`\`\``);
test("where braces stand the wrong way", lost, "} and {");
test("where none stands", lost, "I can't read this.");

test("a server that says nothing but the text is understood", (t) => {
  const parts = [{ text: "Let me see: " }, { text: inShort }];
  const content = parts.map((part) => ({ type: "output_text", ...part }));
  const reasoning = { type: "reasoning", content: [{ type: "reasoning_text", text: "{" }] };
  t.deepEqual(read({ output: [reasoning, { type: "message", content }] }), {
    responseId: null,
    model: "gpt-5.6-luna",
    serviceTier: "default",
    usage: null,
    verdict: { outcome: "ok", extraction },
  });
});

const counts = test.macro({
  exec: (t, usage: unknown, expected: object | null) =>
    t.deepEqual(read(response({ usage })).usage, expected && { ...none, ...expected }),
  title: (what) => `usage: ${what}`,
});
const none = { cachedInputTokens: 0, cacheWriteTokens: 0, reasoningTokens: 0 };
const few = { inputTokens: 10, outputTokens: 5 };

test("missing", counts, undefined, null);
test("null", counts, null, null);
test("without details", counts, { input_tokens: 10, output_tokens: 5 }, few);
test(
  "with null for details",
  counts,
  { input_tokens: 10, output_tokens: 5, input_tokens_details: null },
  few,
);
test(
  "with odd details",
  counts,
  {
    input_tokens: 10,
    output_tokens: 5,
    input_tokens_details: { cached_tokens: -3 },
    output_tokens_details: { reasoning_tokens: "7" },
  },
  few,
);
test(
  "of nothing",
  counts,
  { input_tokens: 0, output_tokens: 0 },
  { inputTokens: 0, outputTokens: 0 },
);
test(
  "as chats name it",
  counts,
  { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 },
  few,
);
test(
  "as chats name it, with details",
  counts,
  {
    prompt_tokens: 10,
    prompt_tokens_details: { cached_tokens: 4 },
    completion_tokens: 5,
    completion_tokens_details: { reasoning_tokens: 2 },
  },
  { ...few, cachedInputTokens: 4, reasoningTokens: 2 },
);
// As if it were nothing, a call would be booked as free.
test("empty is as good as missing", counts, {}, null);
test("without the output is as good as missing", counts, { input_tokens: 10 }, null);
test("without the input is as good as missing", counts, { output_tokens: 10 }, null);
test("negative is as good as missing", counts, { input_tokens: -10, output_tokens: 5 }, null);
test("broken is as good as missing", counts, { input_tokens: 1.5, output_tokens: 5 }, null);
test("in words is as good as missing", counts, { input_tokens: "10", output_tokens: 5 }, null);
test(
  "beyond all counting is as good as missing",
  counts,
  { input_tokens: 1e300, output_tokens: 5 },
  null,
);
