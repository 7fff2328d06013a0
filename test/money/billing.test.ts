import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import test from "ava";
import { formatAmount } from "../../src/money/amount.ts";
import type { Reply } from "../../src/openai/reply.ts";
import type { DocumentRecord } from "../../src/store/record.ts";
import { readRecords } from "../../src/store/store.ts";
import { captureLogs } from "../helpers/capture-logs.ts";
import { seededRecord, seededWork } from "../helpers/seeded-store.ts";
import { asking, openBooks, reply, usage } from "./billed.ts";

const luna = { input: "0.2", cachedInput: "0.02", cacheWrite: "0.25", output: "1.2" };
const nothing = {
  inputTokens: 0,
  cachedInputTokens: 0,
  cacheWriteTokens: 0,
  outputTokens: 0,
  reasoningTokens: 0,
};

/** The lines without what every line has. */
function lines({ lines: all }: ReturnType<typeof captureLogs>) {
  return all().map(({ time: _time, pid: _pid, hostname: _hostname, ...rest }) => rest);
}

test("a bill is journaled, with what was learned in the same commit", async (t) => {
  const { folder, billing, asked } = await openBooks(t);
  const { extraction } = seededRecord(1);
  await billing.book(asked, reply, { extraction }, captureLogs().logger);
  const [record] = await readRecords(folder);
  const call = record?.calls[0];
  t.regex(call?.at ?? "", /^\d{4}-\d\d-\d\dT.*Z$/);
  t.deepEqual(call, {
    seq: 1,
    folder: "scans",
    responseId: "resp_1",
    model: "gpt-5.6-luna",
    serviceTier: "default",
    detail: "low",
    at: call?.at ?? "",
    outcome: "ok",
    usage,
    price: luna,
    costUsd: "0.00075704",
    possibleUsd: "0",
  });
  t.deepEqual(record, {
    ...asking,
    calls: [call as DocumentRecord["calls"][number]],
    costUsd: "0.00075704",
    extraction,
    work: seededWork("/staging/a.pdf", "answered"),
    updatedAt: record?.updatedAt ?? "",
  });
});

test("a bill is logged, under the names that every line uses", async (t) => {
  const { store, billing, asked } = await openBooks(t);
  const logs = captureLogs();
  await billing.book(
    asked,
    reply,
    {},
    logs.logger.child({ folder: "scans", path: "/inbox/a.pdf" }),
  );
  t.deepEqual(lines(logs), [
    {
      level: 30,
      folder: "scans",
      path: "/inbox/a.pdf",
      event: "call.billed",
      first: true,
      ...store.find(asking.sha256)?.calls[0],
      id: asking.id,
      sha256: asking.sha256,
      msg: "call billed",
    },
  ]);
});

test("a record's cost is the sum of its calls, and each has a number of its own", async (t) => {
  const { store, billing, asked } = await openBooks(t);
  const { logger } = captureLogs();
  const cut = {
    outcome: "incomplete",
    code: "ANSWER_INCOMPLETE",
    message: "",
    again: "longer",
  } as const;
  await billing.book(asked, { ...reply, verdict: cut }, {}, logger);
  await billing.book(asked, { ...reply, responseId: "resp_2" }, {}, logger);
  const record = store.find(asking.sha256);
  t.is(record?.costUsd, "0.00151408");
  t.deepEqual(
    record?.calls.map(({ seq, responseId, outcome }) => ({ seq, responseId, outcome })),
    [
      { seq: 1, responseId: "resp_1", outcome: "incomplete" },
      { seq: 2, responseId: "resp_2", outcome: "ok" },
    ],
  );
});

test("bills that come at once are all journaled", async (t) => {
  const { folder, billing, asked } = await openBooks(t);
  const { logger } = captureLogs();
  await Promise.all(Array.from({ length: 20 }, () => billing.book(asked, reply, {}, logger)));
  const [record] = await readRecords(folder);
  t.is(record?.costUsd, "0.0151408");
  t.is(new Set(record?.calls.map(({ seq }) => seq)).size, 20);
});

test("a reply that doesn't say what it used is booked as possible, at its upper bound", async (t) => {
  const { store, billing, asked, reserve } = await openBooks(t, { caps: { perDay: "0.006" } });
  const logs = captureLogs();
  await billing.book(asked, { ...reply, usage: null }, {}, logs.logger);
  const record = store.find(asking.sha256);
  t.like(record?.calls[0], { costUsd: "0", possibleUsd: "0.0053", outcome: "ok", price: luna });
  t.deepEqual(record?.calls[0]?.usage, nothing);
  t.is(record?.costUsd, "0");
  t.like(logs.lines()[0], { event: "call.billed", costUsd: "0", possibleUsd: "0.0053" });
  t.throws(() => reserve("0.001"), { code: "BUDGET_EXHAUSTED" });
  t.notThrows(() => reserve("0.0007"));
});

test("a call of which nobody can know is booked as possible, at its upper bound", async (t) => {
  const { folder, billing, asked, reserve } = await openBooks(t, { caps: { perDay: "0.006" } });
  const logs = captureLogs();
  await billing.bookUnknown(asked, logs.logger);
  const [record] = await readRecords(folder);
  const call = record?.calls[0];
  t.deepEqual(call, {
    seq: 1,
    folder: "scans",
    responseId: null,
    model: "gpt-5.6-luna",
    serviceTier: "default",
    detail: "low",
    at: call?.at ?? "",
    outcome: "unknown",
    usage: nothing,
    price: luna,
    costUsd: "0",
    possibleUsd: "0.0053",
  });
  t.like(record?.work, { step: "answered", reservedUsd: null });
  // Which folder it is about, the log says of itself.
  const { folder: _, ...unfoldered } = call ?? {};
  t.deepEqual(lines(logs), [
    {
      level: 40,
      event: "call.unknown",
      first: true,
      ...unfoldered,
      id: asking.id,
      sha256: asking.sha256,
      msg: "call possibly billed",
    },
  ]);
  t.throws(() => reserve("0.001"), { code: "BUDGET_EXHAUSTED" });
});

test("what is billed counts against the caps", async (t) => {
  const { billing, asked, reserve } = await openBooks(t, { caps: { perMonth: "0.001" } });
  await billing.book(asked, reply, {}, captureLogs().logger);
  t.throws(() => reserve("0.00024297"), { code: "BUDGET_EXHAUSTED" });
  t.notThrows(() => reserve("0.00024296"));
});

test("a bill that can't be journaled at first is one bill once it is", async (t) => {
  const { folder, store, billing, ledger, logs, asked, reserve } = await openBooks(t, {
    caps: { perDay: "0.001" },
  });
  await mkdir(join(folder, "journal.jsonl.new"));
  await t.throwsAsync(billing.book(asked, reply, {}, logs.logger));
  await t.throwsAsync(billing.book(asked, reply, {}, logs.logger));
  await rm(join(folder, "journal.jsonl.new"), { recursive: true });
  await billing.book(asked, reply, {}, logs.logger);
  await billing.bookUnknown({ ...asked, upperUsd: "0" }, logs.logger);
  t.deepEqual(
    store.find(asking.sha256)?.calls.map(({ seq }) => seq),
    [1, 2],
  );
  t.is(reserve("0.00024296").amountUsd, "0.00024296", "it was spent once");
  ledger.report();
  t.like(logs.lines().at(-1), { event: "cost.report", seq: 2, total: { calls: 2 } });
});

test("what was spent counts against the caps even where it can't be journaled", async (t) => {
  const { folder, store, billing, asked, reserve } = await openBooks(t, {
    caps: { perDay: "0.001" },
  });
  const logs = captureLogs();
  await mkdir(join(folder, "journal.jsonl.new"));
  await t.throwsAsync(billing.book(asked, reply, {}, logs.logger));
  t.deepEqual(store.find(asking.sha256), asking);
  t.deepEqual(logs.lines(), []);
  t.throws(() => reserve("0.0005"), { code: "BUDGET_EXHAUSTED" });
  await rm(join(folder, "journal.jsonl.new"), { recursive: true });
});

const isPriced = test.macro(
  async (t, said: Partial<Reply>, options: Parameters<typeof openBooks>[1], costUsd: string) => {
    const { store, billing, asked } = await openBooks(t, options);
    const used = { ...nothing, inputTokens: 1_000_000, outputTokens: 1_000_000 };
    await billing.book(asked, { ...reply, usage: used, ...said }, {}, captureLogs().logger);
    t.is(store.find(asking.sha256)?.costUsd, costUsd);
  },
);

const brief = { input: "10", cachedInput: "10", cacheWrite: "10", output: "30" };
const gpt5 = { profile: { model: "gpt-5" } };

test(
  "a bill is at the price of the model that answered",
  isPriced,
  { model: "gpt-5-mini-2025-08-07" },
  gpt5,
  "2.25",
);
test(
  "a bill is at the price of the tier that was used",
  isPriced,
  { model: "gpt-5", serviceTier: "flex" },
  gpt5,
  "5.625",
);
test("a long request is billed as one", isPriced, {}, {}, "2.2");
test(
  "an answer under an unknown name costs what was asked for",
  isPriced,
  { model: "a-gateway/gpt-5" },
  gpt5,
  "11.25",
);
test(
  "the configuration's price is the one that counts",
  isPriced,
  { model: "gpt-5-2025-08-07" },
  { ...gpt5, prices: { "gpt-5": brief } },
  "40",
);

const free = { input: "0", cachedInput: "0", cacheWrite: "0", output: "0" };
const local = { profile: { model: "llama3.2" }, prices: { "llama3.2": free } };

test("a free model costs nothing", isPriced, { model: "llama3.2" }, local, "0");
test(
  "what a server calls its free model has no price for that",
  isPriced,
  { model: "gpt-4" },
  local,
  "0",
);

const letter = {
  pages: 1,
  characters: 1_000,
  tokens: 250,
  formats: [{ width: 595, height: 842, pages: 1 }],
  promptCharacters: 8_000,
  promptTokens: 2_000,
  detail: "low" as const,
};

test("reading is estimated at the profile's model and tier", async (t) => {
  const usual = await openBooks(t);
  const flex = await openBooks(t, { profile: { serviceTier: "flex" } });
  const [first, second] = [usual, flex].map(({ billing, asked }) =>
    billing.estimate({ ...letter, profile: asked.profile }, 8_000),
  );
  t.is(first?.inputTokens, second?.inputTokens);
  t.is(first?.cost, (second?.cost ?? 0n) * 2n);
  t.is(first?.upperCost, second?.upperCost, "it may be billed as usual all the same");
  t.is(first?.inputTokens, 250 + 2_000 + 231 + 15);
});

test("a model without a known price is refused before anything is sent", async (t) => {
  const { billing, asked } = await openBooks(t, { profile: { model: "gpt-7-omega" } });
  const document = { ...letter, profile: asked.profile };
  t.throws(() => billing.estimate(document, 8_000), { code: "PRICE_UNKNOWN" });
});

test("without a usage, nothing is possible where nothing can be billed", async (t) => {
  const { store, billing, asked } = await openBooks(t, local);
  const document = { ...letter, profile: asked.profile };
  const upperUsd = formatAmount(billing.estimate(document, 8_000).upperCost);
  const said = { ...reply, responseId: null, model: "llama3.2", usage: null };
  await billing.book({ ...asked, upperUsd }, said, {}, captureLogs().logger);
  await billing.bookUnknown({ ...asked, upperUsd }, captureLogs().logger);
  t.like(store.find(asking.sha256)?.calls, [
    { outcome: "ok", costUsd: "0", possibleUsd: "0", usage: nothing },
    { outcome: "unknown", costUsd: "0", possibleUsd: "0" },
  ]);
});

test("a configured price makes a model known", async (t) => {
  const prices = { "gpt-7-omega": brief };
  const { billing, asked } = await openBooks(t, { profile: { model: "gpt-7-omega" }, prices });
  const { upperCost } = billing.estimate({ ...letter, profile: asked.profile }, 8_000);
  t.true(Number(formatAmount(upperCost)) > (8_000 * 30) / 1e6);
});

test("what an answer in the making may cost is held once, until its bill comes", async (t) => {
  const { billing, asked, reserve } = await openBooks(t, { caps: { perDay: "0.01" } });
  billing.keep({ ...asked, upperUsd: "0.006" });
  billing.keep({ ...asked, upperUsd: "0.006" });
  reserve("0.004").release();
  t.throws(() => reserve("0.005"), { code: "BUDGET_EXHAUSTED" });
  await billing.book(asked, reply, {}, captureLogs().logger);
  t.is(reserve("0.009").amountUsd, "0.009");
});

test("where nobody can know whether it was billed, the same is held for ever", async (t) => {
  const { billing, asked, reserve } = await openBooks(t, { caps: { perDay: "0.01" } });
  billing.keep(asked);
  await billing.bookUnknown(asked, captureLogs().logger);
  t.throws(() => reserve("0.005"), { code: "BUDGET_EXHAUSTED" });
  reserve("0.004").release();
});

test("an answer that the server keeps is noted with its bill, to be deleted", async (t) => {
  const work = seededWork("/staging/a.pdf", "ask", { responseId: "resp_1", stored: ["resp_0"] });
  const { store, billing, asked } = await openBooks(t, { records: [{ ...asking, work }] });
  await billing.book(asked, { ...reply, stored: true }, {}, captureLogs().logger);
  const booked = store.find(asking.sha256)?.work;
  t.like(booked, { step: "answered", responseId: null });
  t.deepEqual(booked?.stored, ["resp_0", "resp_1"]);
});
