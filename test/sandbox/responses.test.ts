import test from "ava";
import OpenAI, { APIError } from "openai";
import { ask, bill, open, type Opened, paper, schema, upload } from "./opened.ts";

type Response = OpenAI.Responses.Response;

const textFormat = (format: object) => ({ text: { format } }) as object;
const long = "x".repeat(4_400);

test("answers from the PDF's own text, in the form that is asked for", async (t) => {
  await using opened = await open();
  const id = await upload(opened.client);
  const response = await opened.client.responses.create(ask(id, { metadata: { job: "7" } }));
  t.like(response, {
    object: "response",
    status: "completed",
    model: "gpt-5.6-luna",
    service_tier: "default",
    metadata: { job: "7" },
    error: null,
    incomplete_details: null,
  });
  t.deepEqual(JSON.parse(response.output_text), {
    title: "Electricity bill",
    issuer: "Larkmoor Electric Ltd",
    totalAmount: "86.19",
  });
  t.deepEqual(
    response.output.map(({ type }) => type),
    ["reasoning", "message"],
  );
});

test("answers what it is told to, knowing what it read in which PDF", async (t) => {
  const told: unknown[] = [];
  await using opened = await open({
    answer(read, pdfs) {
      told.push(JSON.parse(read), pdfs.map(String));
      return "anything else";
    },
  });
  const { output_text } = await opened.client.responses.create(ask(await upload(opened.client)));
  t.is(output_text, "anything else");
  const read = { title: "Electricity bill", issuer: "Larkmoor Electric Ltd", totalAmount: "86.19" };
  t.deepEqual(told, [read, [String(paper(bill))]]);
});

test("of a PDF without text it takes the PDF's own word, and bills none of it", async (t) => {
  await using opened = await open({ readTranscript: async () => bill });
  const answerTo = async (text: string) =>
    opened.client.responses.create(ask(await upload(opened.client, text)));
  const pictured = await answerTo(" \f");
  t.like(JSON.parse(pictured.output_text), { issuer: "Larkmoor Electric Ltd" });
  t.like(JSON.parse((await answerTo("A page of text")).output_text), { issuer: null });

  await using blind = await open();
  const unread = await blind.client.responses.create(ask(await upload(blind.client, " \f")));
  t.like(JSON.parse(unread.output_text), { title: "", issuer: null });
  t.is(pictured.usage?.input_tokens, unread.usage?.input_tokens);
});

test("is understood by the client's own parser", async (t) => {
  await using opened = await open();
  const id = await upload(opened.client);
  const { output_parsed: parsed } = await opened.client.responses.parse(ask(id));
  t.like(parsed, { issuer: "Larkmoor Electric Ltd" });
});

test("reads a PDF that comes inside the request", async (t) => {
  await using opened = await open();
  const content = [
    { type: "input_text", text: "Read this." },
    {
      type: "input_file",
      filename: "scan.pdf",
      file_data: `data:application/pdf;base64,${paper(bill).toString("base64")}`,
    },
  ] as const;
  const input = [{ role: "user" as const, content: [...content] }];
  const { output_text: text } = await opened.client.responses.create({ ...ask(""), input });
  t.like(JSON.parse(text), { totalAmount: "86.19" });
});

test("reads a text in place of a PDF, page by page where they are marked", async (t) => {
  await using opened = await open();
  const evidence = {
    type: "object",
    properties: { totalAmount: { type: "object", properties: { page: { type: "integer" } } } },
  };
  const format = {
    type: "json_schema",
    name: "a",
    schema: { type: "object", properties: { evidence } },
  };
  const response = await opened.client.responses.create({
    model: "gpt-5.6-luna",
    input: "--- page 1 ---\nInvoice 2026-1 of the Example Company\n\n--- page 2 ---\nTotal $12.00",
    ...textFormat(format),
  });
  t.deepEqual(JSON.parse(response.output_text), { evidence: { totalAmount: { page: 2 } } });
});

test("says what it read in words, or as any JSON, where no schema is given", async (t) => {
  await using opened = await open();
  const { client } = opened;
  const id = await upload(client);
  const words = await client.responses.create({ ...ask(id), text: {} });
  t.regex(words.output_text, /^Electricity bill, from Larkmoor Electric Ltd/);
  const json = await client.responses.create({
    ...ask(id),
    ...textFormat({ type: "json_object" }),
  });
  t.like(JSON.parse(json.output_text), { currency: "GBP", kind: "invoice" });
});

test("knows nothing of a scan without text, whatever its file is called", async (t) => {
  await using opened = await open();
  const id = await upload(opened.client, "\f", "IMG_2044.pdf");
  const { output_text: text } = await opened.client.responses.create(ask(id));
  t.deepEqual(JSON.parse(text), { title: "", issuer: null, totalAmount: null });
});

test("bills each response that it accepts, and only these", async (t) => {
  await using opened = await open();
  const { client, sandbox } = opened;
  const id = await upload(client);
  const response = await client.responses.create(ask(id, { service_tier: "flex" }));
  await t.throwsAsync(client.responses.create(ask(id, { model: "gpt-99" })));
  t.deepEqual(sandbox.bills(), [
    {
      responseId: response.id,
      model: "gpt-5.6-luna",
      serviceTier: "flex",
      usage: response.usage as never,
    },
  ]);
});

test("bills text and pages, and pages more where they are looked at closely", async (t) => {
  await using opened = await open();
  const { client } = opened;
  const one = await upload(client, "Invoice");
  const two = await upload(client, `Invoice\f${"x".repeat(400)}`);
  const inputTokens = async (body: OpenAI.Responses.ResponseCreateParamsNonStreaming) =>
    (await client.responses.create(body)).usage?.input_tokens ?? 0;
  const low = await inputTokens(ask(one));
  t.is((await inputTokens(ask(two))) - low, 100 + 231);
  const inDetail = (id: string, detail: "auto" | "high", model: string) =>
    ask(id, {
      model,
      input: [{ role: "user", content: [{ type: "input_file", file_id: id, detail }] }],
    });
  t.is((await inputTokens(inDetail(one, "high", "gpt-4.1"))) - low, 1_000 - 231);
  t.is((await inputTokens(inDetail(two, "auto", "gpt-6-luna"))) - low, 2_100 - 231);
  t.is(
    (await inputTokens(inDetail(two, "auto", "gpt-5.4"))) - low,
    100 - 231,
    "before 5.6 none is seen at low detail",
  );
});

test("counts by what it is given, each beginning once", async (t) => {
  const counted: string[] = [];
  await using opened = await open({
    async countTokens(text) {
      counted.push(text);
      return 7;
    },
  });
  const { client } = opened;
  const id = await upload(client, "Invoice\fMore");
  const first = await client.responses.create(ask(id));
  const second = await client.responses.create(ask(id));
  t.is(first.usage?.input_tokens, second.usage?.input_tokens);
  t.is(first.usage?.output_tokens, 7 + (first.usage?.output_tokens_details.reasoning_tokens ?? 0));
  t.is(counted.filter((text) => text === "More").length, 2);
  t.is(counted.filter((text) => text.includes("json_schema")).length, 1);
});

test("bills a long beginning as cached from the second time on", async (t) => {
  await using opened = await open();
  const { client } = opened;
  const id = await upload(client);
  const cacheOf = async (instructions: string, model: string) => {
    const { usage } = await client.responses.create(ask(id, { instructions, model }));
    const { cached_tokens, cache_write_tokens } = usage?.input_tokens_details ?? {};
    return [cached_tokens, cache_write_tokens];
  };
  t.deepEqual(await cacheOf("short", "gpt-5.6-luna"), [0, 0]);
  t.deepEqual(await cacheOf("short", "gpt-5.6-luna"), [0, 0]);
  t.deepEqual(await cacheOf(long, "gpt-5.6-luna"), [0, 1152]);
  t.deepEqual(await cacheOf(long, "gpt-5.6-luna"), [1152, 0]);
  t.deepEqual(await cacheOf(`${long}!`, "gpt-5.6-luna"), [0, 1152]);
  t.deepEqual(await cacheOf(long, "gpt-5.4"), [0, 0]);
  t.deepEqual(await cacheOf(long, "gpt-5.4"), [1152, 0]);
});

test("cuts an answer that needs more tokens than allowed, and bills all of these", async (t) => {
  await using opened = await open();
  const { client } = opened;
  const id = await upload(client);
  const effort = (of: "none" | "low") => ({ max_output_tokens: 20, reasoning: { effort: of } });

  const cut = await client.responses.create(ask(id, effort("none")));
  t.is(cut.status, "incomplete");
  t.deepEqual(cut.incomplete_details, { reason: "max_output_tokens" });
  t.true(cut.output_text.length > 70 && cut.output_text.length <= 80);
  t.throws(() => JSON.parse(cut.output_text) as unknown);
  t.like(cut.usage, { output_tokens: 20, output_tokens_details: { reasoning_tokens: 0 } });

  const thought = await client.responses.create(ask(id, effort("low")));
  t.is(thought.output_text, "");
  t.like(thought.usage, { output_tokens: 20, output_tokens_details: { reasoning_tokens: 20 } });
});

test("takes its time in the background, one step with each look", async (t) => {
  await using opened = await open();
  const { client, sandbox } = opened;
  const id = await upload(client);
  const first = await client.responses.create(ask(id, { background: true, service_tier: "flex" }));
  t.like(first, { status: "queued", usage: null as never, output: [], background: true });
  t.is(sandbox.bills().length, 1);
  const states: (Response | null)[] = [];
  for (let look = 0; look < 3; look += 1) states.push(await client.responses.retrieve(first.id));
  t.deepEqual(
    states.map((state) => state?.status),
    ["in_progress", "completed", "completed"],
  );
  t.is(states[2]?.service_tier, "flex");
  t.deepEqual(states[2]?.usage as unknown, sandbox.bills()[0]?.usage);
  t.like(JSON.parse(states[2]?.output_text ?? ""), { totalAmount: "86.19" });
  t.is(sandbox.bills().length, 1);
});

test("cancels in the background what isn't done, and says what it cost", async (t) => {
  await using opened = await open();
  const { client, sandbox } = opened;
  const id = await upload(client);
  const { id: open_ } = await client.responses.create(ask(id, { background: true }));
  const cancelled = await client.responses.cancel(open_);
  t.like(cancelled, { status: "cancelled", output: [] });
  t.deepEqual(cancelled.usage as unknown, sandbox.bills()[0]?.usage);
  t.is((await client.responses.retrieve(open_)).status, "cancelled");

  const { id: done } = await client.responses.create(ask(id, { background: true }));
  await client.responses.retrieve(done);
  await client.responses.retrieve(done);
  t.is((await client.responses.cancel(done)).status, "completed");
});

test("cancels nothing that isn't in the background", async (t) => {
  await using opened = await open();
  const { id } = await opened.client.responses.create(ask(await upload(opened.client)));
  const error = await t.throwsAsync<APIError>(opened.client.responses.cancel(id));
  t.is(error?.status, 400);
});

test("keeps a response until it is deleted, unless it isn't to be stored", async (t) => {
  await using opened = await open();
  const { client } = opened;
  const file = await upload(client);
  const { id } = await client.responses.create(ask(file));
  t.is((await client.responses.retrieve(id)).id, id);
  await client.responses.delete(id);
  const { id: unstored } = await client.responses.create(ask(file, { store: false }));
  for (const gone of [id, unstored]) {
    const error = await t.throwsAsync<APIError>(client.responses.retrieve(gone));
    t.is(error?.status, 404);
    await t.throwsAsync(client.responses.delete(gone), { message: /404/ });
    await t.throwsAsync(client.responses.cancel(gone), { message: /404/ });
  }
});

test("reports the tier that it used, not the one that was asked for", async (t) => {
  await using opened = await open();
  const { client } = opened;
  const id = await upload(client);
  const tier = async (asked: OpenAI.Responses.ServiceTier) =>
    (await client.responses.create(ask(id, { service_tier: asked }))).service_tier;
  t.is(await tier("auto"), "default");
  t.is(await tier("fast"), "priority");
});

interface Refusal {
  readonly status: number;
  readonly param: string | null;
  readonly code: string | null;
}

async function refusal({ client, sandbox }: Opened, body: object): Promise<Refusal> {
  try {
    await client.responses.create(body as OpenAI.Responses.ResponseCreateParamsNonStreaming);
  } catch (error) {
    if (!(error instanceof APIError) || sandbox.bills().length > 0) throw error;
    return { status: Number(error.status), param: error.param ?? null, code: error.code ?? null };
  }
  throw new Error("it was accepted");
}

const refuses = test.macro({
  title: (title) => `refuses ${title}, and bills nothing`,
  async exec(t, more: object, param: string | null, code: string) {
    await using opened = await open();
    const id = await upload(opened.client);
    const got = await refusal(opened, { ...ask(id), ...more });
    t.deepEqual(got, { status: code === "model_not_found" ? 404 : 400, param, code });
  },
});

const pairs = Object.fromEntries(Array.from({ length: 17 }, (_, key) => [key, "x"]));
const json = (more: object) =>
  textFormat({ type: "json_schema", name: "a", schema, strict: true, ...more });
const message = (part: object) => ({ input: [{ role: "user", content: [part] }] });

test("an unknown model", refuses, { model: "gpt-99" }, "model", "model_not_found");
test("a retired model", refuses, { model: "gpt-4-turbo" }, "model", "model_not_found");
test(
  "a request without a model",
  refuses,
  { model: undefined },
  "model",
  "missing_required_parameter",
);
test(
  "a request without input",
  refuses,
  { input: undefined },
  "input",
  "missing_required_parameter",
);
test("an empty input", refuses, { input: [] }, "input", "invalid_value");
test("an unknown parameter", refuses, { maxTokens: 5 }, "maxTokens", "unknown_parameter");
test(
  "an unknown effort",
  refuses,
  { reasoning: { effort: "huge" } },
  "reasoning.effort",
  "invalid_value",
);
test(
  "an unknown parameter further in",
  refuses,
  { reasoning: { efort: "low" } },
  "reasoning.efort",
  "unknown_parameter",
);
test("a number for a word", refuses, { instructions: 5 }, "instructions", "invalid_value");
test(
  "a word for a number",
  refuses,
  { max_output_tokens: "20" },
  "max_output_tokens",
  "invalid_value",
);
test(
  "too few tokens",
  refuses,
  { max_output_tokens: 15 },
  "max_output_tokens",
  "integer_below_min_value",
);
test("an unknown tier", refuses, { service_tier: "cheap" }, "service_tier", "invalid_value");
test("too much metadata", refuses, { metadata: pairs }, "metadata", "invalid_value");
test(
  "background without storing",
  refuses,
  { background: true, store: false },
  "background",
  "invalid_value",
);
test(
  "what it can't do",
  refuses,
  { tools: [{ type: "web_search" }] },
  "tools",
  "unsupported_parameter",
);
test(
  "a format's name with a space",
  refuses,
  json({ name: "a b" }),
  "text.format.name",
  "invalid_value",
);
test(
  "an unknown format",
  refuses,
  textFormat({ type: "xml" }),
  "text.format.type",
  "invalid_value",
);
test(
  "a schema outside the subset",
  refuses,
  json({ schema: { type: "object" } }),
  "text.format.schema",
  "invalid_json_schema",
);
test(
  "an unknown detail",
  refuses,
  message({ type: "input_file", file_id: "file-1", detail: "fine" }),
  "input[0].content[0].detail",
  "invalid_value",
);
test(
  "an unknown part",
  refuses,
  message({ type: "input_song" }),
  "input[0].content[0].type",
  "invalid_value",
);
test(
  "two files in one part",
  refuses,
  message({ type: "input_file", file_id: "a", file_data: "b" }),
  "input[0].content[0]",
  "invalid_value",
);
test(
  "a file that it would have to fetch",
  refuses,
  message({ type: "input_file", file_url: "http://127.0.0.1/a.pdf" }),
  "input[0].content[0].file_url",
  "invalid_value",
);

test("takes a schema outside the subset where it isn't to be strict", async (t) => {
  await using opened = await open();
  const id = await upload(opened.client);
  const format = { type: "json_schema", name: "a", schema: { type: "object" } };
  const response = await opened.client.responses.create({ ...ask(id), ...textFormat(format) });
  t.is(response.output_text, "{}");
});

test("refuses a body that is no object", async (t) => {
  await using opened = await open();
  const { url, key } = opened.sandbox;
  const headers = { authorization: `Bearer ${key}` };
  const answer = await fetch(`${url}/responses`, { method: "POST", headers, body: "[]" });
  t.is(answer.status, 400);
});

test("answers 404 for an upload that isn't there", async (t) => {
  await using opened = await open();
  const got = await refusal(opened, ask("file-gone"));
  t.deepEqual(got, { status: 404, param: "input[0].content[0].file_id", code: null });
});

const refusesFile = test.macro({
  title: (title) => `refuses ${title} as input`,
  async exec(t, name: string, type: string, content: Buffer, purpose = "user_data") {
    await using opened = await open();
    const file = new File([new Uint8Array(content)], name, { type });
    const { id } = await opened.client.files.create({ file, purpose: purpose as "user_data" });
    t.like(await refusal(opened, ask(id)), { status: 400, param: "input[0].content[0].file_id" });
  },
});

const pdf = "application/pdf";
const late = Buffer.concat([Buffer.alloc(1_025, " "), paper("x")]);
test("a file that isn't called .pdf", refusesFile, "a.txt", pdf, paper("x"));
test("a file of another type", refusesFile, "a.pdf", "application/octet-stream", paper("x"));
test("bytes that are no PDF", refusesFile, "a.pdf", pdf, Buffer.from("<html>"));
test("a PDF whose header comes late", refusesFile, "a.pdf", pdf, late);
test("an upload for another purpose", refusesFile, "a.pdf", pdf, paper("x"), "batch");
test("a PDF that can't be read", refusesFile, "a.pdf", pdf, paper("damaged"));

test("refuses files of more than 50 MB together", async (t) => {
  await using opened = await open();
  const half = new File([new Uint8Array(paper("x")), new Uint8Array(25_000_000)], "a.pdf", {
    type: pdf,
  });
  const { id } = await opened.client.files.create({ file: half, purpose: "user_data" });
  const part = { type: "input_file", file_id: id };
  const got = await refusal(opened, {
    ...ask(id),
    input: [{ role: "user", content: [part, part] }],
  });
  t.deepEqual(got, { status: 400, param: "input[0].content[0].file_id", code: "invalid_value" });
});

test("refuses data that isn't said to be a PDF, or has no name", async (t) => {
  await using opened = await open();
  const data = paper("x").toString("base64");
  const inline = (file_data: string, filename?: string) =>
    refusal(opened, { ...ask(""), ...message({ type: "input_file", file_data, filename }) });
  t.is((await inline(data, "a.pdf")).status, 400);
  t.is((await inline(`data:application/pdf;base64,${data}`)).status, 400);
});

test("takes as long in the background as it is told to, and keeps what it made until that is deleted", async (t) => {
  await using opened = await open({ thinking: 86_400_000 });
  const { client, sandbox } = opened;
  const file = await upload(client);
  const { id } = await client.responses.create(ask(file, { background: true }));
  for (const _ of ["queued", "in progress", "and still"]) {
    t.is((await client.responses.retrieve(id)).status, "in_progress");
  }
  sandbox.setThinking(0);
  t.is((await client.responses.retrieve(id)).status, "completed");
  await client.responses.create(ask(file, { store: false }));
  t.deepEqual(sandbox.responses(), [id]);
  await client.responses.delete(id);
  t.deepEqual(sandbox.responses(), []);
});

test("refuses the background alone, where it is told to", async (t) => {
  const faults = [{ request: "POST /v1/responses", kinds: ["no-background"], forever: true }];
  await using opened = await open({ faults });
  const { client, sandbox } = opened;
  const file = await upload(client);
  const refused = client.responses.create(ask(file, { background: true }));
  await t.throwsAsync(refused, { message: /'background'/ });
  t.is(sandbox.bills().length, 0);
  t.is((await client.responses.create(ask(file))).status, "completed");
});

test("answers at once what was asked in the background, where it is told to", async (t) => {
  const faults = [{ request: "POST /v1/responses", kinds: ["at-once"], forever: true }];
  await using opened = await open({ faults });
  const { client, sandbox } = opened;
  const file = await upload(client);
  const response = await client.responses.create(ask(file, { background: true }));
  t.like(response, { status: "completed", background: false });
  t.deepEqual(sandbox.responses(), [response.id]);
});
