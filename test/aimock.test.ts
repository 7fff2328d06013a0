import { createHash } from "node:crypto";
import { LLMock } from "@copilotkit/aimock";
import test, { type ExecutionContext } from "ava";
import { openDaemon, type Summary } from "../src/daemon.ts";
import type { Extraction } from "../src/extraction.ts";
import { parseAmount } from "../src/money/amount.ts";
import { expectFiled } from "./helpers/expect-filed.ts";
import { type Home, makeHome } from "./helpers/home.ts";
import { invoice } from "./helpers/pdf.ts";

// A stand-in for the API that others wrote: it shares no misunderstanding with us.

const answer: Extraction = {
  title: "Stromrechnung",
  summary: "Was im Januar verbraucht wurde.",
  category: "Utilities",
  kind: "invoice",
  issuer: "Nordlicht Energie",
  recipient: "Jane Doe",
  documentDate: "2026-01-15",
  dueDate: null,
  periodStart: null,
  periodEnd: null,
  currency: "EUR",
  totalAmount: "95.20",
  amountDue: null,
  references: [],
  actionItems: [],
  tags: ["strom"],
  language: "de",
  evidence: { issuer: null, documentDate: null, totalAmount: null },
  confidence: 0.8,
};
const usage = { input_tokens: 1_000_000, output_tokens: 10_000 };
const key = "sk-test-aimock";

async function start(t: ExecutionContext): Promise<LLMock> {
  const mock = new LLMock({ port: 0, host: "127.0.0.1", auth: { apiKeys: [key] } });
  mock.onMessage(/attached document/, { content: JSON.stringify(answer), usage });
  await mock.start();
  t.teardown(() => mock.stop());
  return mock;
}

async function runOnce(home: Home): Promise<Summary> {
  await using daemon = await openDaemon(home.config, { keys: new Map([["openai", key]]) });
  return await daemon.once();
}

const homeAt = (mock: LLMock) =>
  makeHome({
    openai: { baseUrl: `${mock.url}/v1` },
    budget: { perDocument: 10, perDay: 10, perMonth: 10 },
    prices: { "gpt-5.6-luna": { input: 0.2, output: 1.2 } },
  });

async function stored(mock: LLMock): Promise<unknown[]> {
  const headers = { authorization: `Bearer ${key}` };
  const listed = await fetch(`${mock.url}/v1/files`, { headers });
  return ((await listed.json()) as { data: unknown[] }).data;
}

test.serial("two PDFs are read by an API that isn't ours, and filed by its answer", async (t) => {
  const mock = await start(t);
  await using home = await homeAt(mock);
  const pdfs = [await invoice("RE-1"), await invoice("RE-2")];
  await home.drop("scan0001.pdf", pdfs[0]!);
  await home.drop("scan0002.pdf", pdfs[1]!);

  const { tally } = await runOnce(home);

  t.like(tally, { archived: 2, failed: 0, waiting: 0 });
  await expectFiled(t, home, pdfs);
  t.deepEqual(await home.filed(), [
    "Archive/2026/Utilities/2026-01-15 Nordlicht Energie - Stromrechnung (2).pdf",
    "Archive/2026/Utilities/2026-01-15 Nordlicht Energie - Stromrechnung.pdf",
  ]);
  t.deepEqual(await stored(mock), []);
  const records = await home.records();
  for (const { extraction, calls, costUsd, upload } of records) {
    t.deepEqual(extraction, answer);
    t.is(calls.length, 1);
    t.like(calls[0]?.usage, { inputTokens: 1_000_000, outputTokens: 10_000 });
    // 1,000,000 at 0.20 and 10,000 at 1.20 a million.
    t.is(costUsd, "0.212");
    t.truthy(upload?.deletedAt);
  }
  t.is(
    records.reduce((sum, { costUsd }) => sum + parseAmount(costUsd), 0n),
    parseAmount("0.424"),
  );
  const uploads = mock
    .getRequests()
    .filter(({ method, path }) => method === "POST" && path === "/v1/files")
    .map(({ body }) => body as unknown as { sha256: string; purpose: string });
  t.deepEqual(
    uploads.map(({ sha256 }) => sha256).toSorted(),
    pdfs.map((bytes) => createHash("sha256").update(bytes).digest("hex")).toSorted(),
  );
  t.true(uploads.every(({ purpose }) => purpose === "user_data"));
});

const survives = test.macro({
  exec: async (t: ExecutionContext, status: number, error: { message: string; code: string }) => {
    const mock = await start(t);
    mock.nextRequestError(status, { type: "error", ...error });
    await using home = await homeAt(mock);
    const bytes = await invoice("RE-1");
    await home.drop("scan0001.pdf", bytes);

    const { tally } = await runOnce(home);

    t.like(tally, { archived: 1, failed: 0, waiting: 0 });
    await expectFiled(t, home, [bytes]);
    const [record] = await home.records();
    t.is(record?.calls.length, 1);
    t.is(record?.costUsd, "0.212");
    const asked = mock.getRequests().filter(({ path }) => path === "/v1/responses");
    t.deepEqual(
      asked.map(({ response }) => response.status),
      [status, 200],
    );
    t.true((await home.logs()).some(({ event }) => event === "stage.retried"));
  },
  title: (_, status) => `a status ${status} is survived by asking again`,
});

test.serial(survives, 429, { message: "Rate limit reached", code: "rate_limit_exceeded" });
test.serial(survives, 500, { message: "The server had an error", code: "server_error" });

test.serial("a wrong key costs no document anything", async (t) => {
  const mock = await start(t);
  await using home = await homeAt(mock);
  await home.drop("scan0001.pdf", await invoice("RE-1"));
  await using daemon = await openDaemon(home.config, { keys: new Map([["openai", "sk-wrong"]]) });
  t.like((await daemon.once()).tally, { waiting: 1, archived: 0, quarantined: 0 });
  t.deepEqual(await home.left(), ["Inbox/scan0001.pdf"]);
  t.deepEqual(await stored(mock), []);
  const [record] = await home.records();
  t.like(record, { status: "waiting", costUsd: "0", error: { code: "KEY_REJECTED" } });
});
