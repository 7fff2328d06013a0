import test from "ava";
import { openExperiences } from "../../src/money/experience.ts";
import type { Call, DocumentRecord } from "../../src/store/record.ts";

const estimated = (countedTokens?: number): Pick<DocumentRecord, "estimate"> => ({
  estimate: {
    inputTokens: 1,
    costUsd: "0",
    upperCostUsd: "0",
    ...(countedTokens === undefined ? {} : { countedTokens }),
  },
});

const billed = (inputTokens: number, more: Partial<Call> = {}): Call => ({
  seq: 1,
  responseId: null,
  model: "gpt-5.6-luna",
  serviceTier: "default",
  detail: "low",
  at: "2026-11-22T10:00:00.000Z",
  outcome: "ok",
  usage: {
    inputTokens,
    cachedInputTokens: 0,
    cacheWriteTokens: 0,
    outputTokens: 400,
    reasoningTokens: 64,
  },
  price: { input: "0", cachedInput: "0", cacheWrite: "0", output: "0" },
  costUsd: "0",
  possibleUsd: "0",
  ...more,
});

const plain = { factor: 1, outputTokens: 500 };

test("before the first call what is counted is what is expected", (t) => {
  t.deepEqual(openExperiences([]).of("gpt-5.6-luna", "low"), plain);
});

test("the mean of what was billed counts, each token alike, by model and detail", (t) => {
  const experiences = openExperiences([]);
  experiences.learn(estimated(1_000), billed(1_100));
  experiences.learn(estimated(3_000), billed(2_900, { model: "gpt-5.6-luna-2026-07-01" }));
  t.deepEqual(experiences.of("gpt-5.6-luna", "low"), { factor: 1, outputTokens: 400 });
  experiences.learn(estimated(4_000), billed(4_800));
  t.is(experiences.of("gpt-5.6-luna", "low").factor, 1.1);
  t.deepEqual(experiences.of("gpt-5.6-luna", "high"), plain);
  t.deepEqual(experiences.of("gpt-5.6-sol", "low"), plain);
});

test("what wasn't counted, what nobody knows and what is quite another thing teach nothing", (t) => {
  const experiences = openExperiences([]);
  experiences.learn({ estimate: null }, billed(1_000));
  experiences.learn(estimated(), billed(1_000));
  experiences.learn(estimated(1_000), billed(0, { outcome: "unknown" }));
  experiences.learn(estimated(1_000), billed(9_000));
  experiences.learn(estimated(9_000), billed(1_000));
  t.deepEqual(experiences.of("gpt-5.6-luna", "low"), plain);
});

test("the last hundred calls count, whatever order the records are in", (t) => {
  const records = Array.from({ length: 150 }, (_, index) => ({
    ...estimated(1_000),
    calls: [billed(9), billed(index < 50 ? 5_000 : 1_200, { seq: index + 1 })],
  })) as unknown as DocumentRecord[];
  t.is(openExperiences(records.toReversed()).of("gpt-5.6-luna", "low").factor, 1.2);
});
