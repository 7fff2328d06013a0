import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import { dir } from "tmp-promise";
import { AutodError } from "../../src/errors.ts";
import { type Ask, type Asker, openExtractor } from "../../src/openai/extractor.ts";
import { requestFor } from "../../src/openai/prompt.ts";
import type { Reply } from "../../src/openai/reply.ts";
import {
  type Answer,
  hangUp,
  hangUpWithin,
  json,
  type Received,
  type ScriptedServer,
  serve,
  silence,
  text,
} from "../helpers/http.ts";
import { connectTo, extraction, key, outputText, profileWith, response } from "./asking.ts";

const never = new AbortController().signal;
const noText = () => Promise.reject(new Error("not asked for"));

const askFor = (changes: Partial<Ask> = {}): Ask => ({
  profile: profileWith(),
  path: "/nowhere/scan0001.pdf",
  copy: null,
  fileId: "file-1",
  detail: "low",
  hints: "",
  maxOutputTokens: 8000,
  ...changes,
});

async function ask(
  server: ScriptedServer,
  changes: Partial<Ask> = {},
  textOf: (path: string) => Promise<readonly string[]> = noText,
  settings: Readonly<Record<string, unknown>> = {},
): Promise<Reply> {
  await using connection = connectTo(server.url, settings);
  const started = await openExtractor(connection, textOf).start(askFor(changes), never);
  if ("reply" in started) return started.reply;
  throw new Error("it is in the making");
}

const bodyOf = ({ body }: Received) => JSON.parse(String(body)) as Record<string, unknown>;

test("asks for an upload with everything said and nothing left to the server", async (t) => {
  await using server = await serve(json(response()));
  const profile = profileWith({
    serviceTier: "flex",
    effort: "medium",
    instructions: "In French.",
  });

  const changes = { profile, detail: "high", maxOutputTokens: 1234 } as const;
  const reply = await ask(server, changes, noText, { resumable: false });

  const [request] = server.requests;
  t.is(`${request!.method} ${request!.path}`, "POST /v1/responses");
  t.is(request!.headers.authorization, `Bearer ${key}`);
  const body = bodyOf(request!);
  t.deepEqual(body, {
    model: "gpt-5.6-luna",
    instructions: profile.instructions,
    input: [
      {
        role: "user",
        content: [
          { type: "input_text", text: requestFor({ input: "file" }) },
          { type: "input_file", file_id: "file-1", detail: "high" },
        ],
      },
    ],
    text: {
      format: { type: "json_schema", name: "document", strict: true, schema: profile.jsonSchema },
    },
    max_output_tokens: 1234,
    reasoning: { effort: "medium" },
    store: false,
    service_tier: "flex",
  });
  t.true(Object.keys(body).indexOf("instructions") < Object.keys(body).indexOf("input"));
  t.true(profile.instructions.endsWith("In French."));
  t.is(reply.responseId, "resp_1");
  t.false(reply.stored);
  t.deepEqual(reply.verdict, { outcome: "ok", extraction });
});

test("sends the PDF in the request where there is no upload", async (t) => {
  const { path, cleanup } = await dir({ unsafeCleanup: true });
  t.teardown(cleanup);
  const bytes = Buffer.from([0x25, 0x50, 0x44, 0x46, 0, 255, 128, 10]);
  await writeFile(join(path, "scan0001.pdf"), bytes);
  await using server = await serve(json(response()));
  const profile = profileWith({ input: "inline" });

  await ask(server, { profile, path: join(path, "scan0001.pdf"), fileId: null });

  const { input, service_tier: tier } = bodyOf(server.requests[0]!) as {
    input: { content: unknown[] }[];
    service_tier: unknown;
  };
  t.deepEqual(input[0]!.content[1], {
    type: "input_file",
    filename: "document.pdf",
    file_data: `data:application/pdf;base64,${bytes.toString("base64")}`,
    detail: "low",
  });
  t.is(tier, "default");
});

const pages = ["Invoice 1\nTotal 5.00", "", "the end"];
const textual = { profile: profileWith({ input: "text" }), fileId: null };

test("sends the text layer alone, and nothing that a server of one's own may not know", async (t) => {
  await using server = await serve(json(response({ status: undefined })));

  const reply = await ask(server, textual, async (path) => {
    t.is(path, "/nowhere/scan0001.pdf");
    return pages;
  });

  const { input, ...others } = bodyOf(server.requests[0]!);
  t.deepEqual(others, {
    model: "gpt-5.6-luna",
    instructions: textual.profile.instructions,
    text: {
      format: {
        type: "json_schema",
        name: "document",
        schema: textual.profile.jsonSchema,
        strict: true,
      },
    },
    max_output_tokens: 8000,
  });
  const marked =
    "--- page 1 ---\nInvoice 1\nTotal 5.00\n\n--- page 2 ---\n\n\n--- page 3 ---\nthe end";
  t.deepEqual(input, [
    {
      role: "user",
      content: [
        { type: "input_text", text: requestFor({ input: "text" }) },
        { type: "input_text", text: marked },
      ],
    },
  ]);
  t.like(reply, { stored: false, verdict: { outcome: "ok" } });
});

test("a server of one's own is asked in the background where the configuration says so", async (t) => {
  await using server = await serve(json(response()));
  await ask(server, textual, async () => pages, { resumable: true });
  const { input: _, text: __, instructions: ___, ...others } = bodyOf(server.requests[0]!);
  t.deepEqual(others, {
    ...inBackground,
    model: "gpt-5.6-luna",
    max_output_tokens: 8000,
  });
});

test("OpenAI is sent text as files are", async (t) => {
  await using server = await serve(json(response()));
  await using connection = connectTo(server.url);
  const openai = { ...connection.server, baseUrl: "https://eu.api.openai.com/v1" };
  const extractor = openExtractor({ ...connection, server: openai }, async () => pages);
  await extractor.start(askFor(textual), never);
  t.like(bodyOf(server.requests[0]!), {
    ...inBackground,
    service_tier: "default",
    reasoning: { effort: "low" },
  });
});

const once = test.macro({
  exec: async (t: ExecutionContext, answer: Answer, code: string) => {
    await using server = await serve(answer);
    await t.throwsAsync(ask(server), { name: "AutodError", code });
    t.is(server.requests.length, 1);
  },
  title: (what) => `asks once only, whatever comes: ${what}`,
});

const refusal = (status: number, headers = {}) =>
  json({ error: { message: "no", type: null, code: null, param: null } }, status, headers);

test("429", once, refusal(429, { "retry-after-ms": "1" }), "API_BUSY");
test("500", once, refusal(500), "API_FAULT");
test("408 that asks for another try", once, refusal(408, { "x-should-retry": "true" }), "API_BUSY");
test("409", once, refusal(409), "API_BUSY");
test("400 that asks for another try", once, refusal(400, { "x-should-retry": "true" }), "API_BUSY");
test("a line that breaks", once, hangUp, "API_ANSWER_LOST");

const lost = test.macro({
  exec: async (t: ExecutionContext, answer: Answer) => {
    await using server = await serve(answer);
    // Anything else would be taken for proof that nothing was billed, or for a fault of ours.
    await t.throwsAsync(ask(server, {}, noText, { timeout: "1s" }), {
      name: "AutodError",
      code: "API_ANSWER_LOST",
    });
    t.is(server.requests.length, 1);
  },
  title: (what) => `nobody can know whether it was billed: ${what}`,
});

test("the line breaks within the answer", lost, hangUpWithin);
test("nothing comes in time", lost, silence);
test(
  "the answer is broken JSON",
  lost,
  text('{"id": "resp_1", "usage"', 200, { "content-type": "application/json" }),
);
test("the answer is a page of a proxy", lost, text("<html>Please log in</html>"));
test("the answer is empty", lost, text("", 200, { "content-type": "application/json" }));
test("the answer is no object", lost, json([]));
test("the answer is null", lost, json(null));

test("a redirect isn't followed, and nothing was billed by it", async (t) => {
  await using elsewhere = await serve(json(response()));
  await using server = await serve(
    text("", 307, { location: `${elsewhere.url}/responses` }),
    text("", 302, { location: `${elsewhere.url}/responses` }),
  );
  await t.throwsAsync(ask(server), { name: "AutodError", code: "API_UNREACHABLE" });
  await t.throwsAsync(ask(server), { name: "AutodError", code: "API_UNREACHABLE" });
  t.is(server.requests.length, 2);
  t.is(elsewhere.requests.length, 0);
});

test("nothing is sent, and so nothing billed, where the file can't be read", async (t) => {
  await using server = await serve();
  const inline = { profile: profileWith({ input: "inline" }), fileId: null };
  const gone = await t.throwsAsync(ask(server, inline), { code: "FILE_MISSING" });
  t.true(gone instanceof AutodError);
  const folder = ask(server, { ...inline, path: import.meta.dirname });
  t.true((await t.throwsAsync(folder)) instanceof AutodError);
  t.is(server.requests.length, 0);
});

test("nothing is sent where the text can't be read", async (t) => {
  await using server = await serve();
  const hard = new AutodError("PDF_TOO_HARD", "it takes too long");
  t.is(await t.throwsAsync(ask(server, textual, () => Promise.reject(hard))), hard);
  const failed = ask(server, textual, () => Promise.reject(new Error("no process")));
  t.true((await t.throwsAsync(failed)) instanceof AutodError);
  t.is(server.requests.length, 0);
});

test("a stop ends the ask", async (t) => {
  const stopping = new AbortController();
  await using server = await serve(() => stopping.abort());
  await using connection = connectTo(server.url);
  const asked = openExtractor(connection, noText).start(askFor(), stopping.signal);
  await t.throwsAsync(asked, { message: "Request was aborted." });
});

test("a stop ends the ask within its answer", async (t) => {
  const stopping = new AbortController();
  await using server = await serve((answer) => {
    answer.writeHead(200, { "content-type": "application/json" });
    answer.write("{", () => stopping.abort());
  });
  await using connection = connectTo(server.url);
  const asked = openExtractor(connection, noText).start(askFor(), stopping.signal);
  await t.throwsAsync(asked, { message: "Request was aborted." });
});

const making = (status: string, id = "resp_1") => response({ id, status, output: [], usage: null });
const noSuchResponse = json({ error: { message: "Response with id 'resp_1' not found." } }, 404);
const paths = ({ requests }: ScriptedServer) =>
  requests.map(({ method, path }) => `${method} ${path}`);
const ways = ({ requests }: ScriptedServer) =>
  requests.map(bodyOf).map(({ background, store }) => ({ background, store }));
const inBackground = { background: true, store: true };
const inForeground = { background: undefined, store: false };

function fetching(
  connection: ReturnType<typeof connectTo>,
  signal = never,
  { profile, revision }: Partial<Asker> = {},
): Promise<Reply> {
  const asker = { profile: profile ?? profileWith(), revision: revision ?? profileWith().revision };
  return openExtractor(connection, noText).fetch("resp_1", asker, signal);
}

test("an answer is asked for in the background, looked for until it is there, and deleted", async (t) => {
  await using server = await serve(
    json(making("queued")),
    json(making("in_progress")),
    json(response()),
    json({}),
  );
  await using connection = connectTo(server.url);
  const extractor = openExtractor(connection, noText);
  const profile = profileWith();
  t.deepEqual(await extractor.start(askFor(), never), { id: "resp_1" });
  const reply = await extractor.fetch("resp_1", { profile, revision: profile.revision }, never);
  t.deepEqual(reply.verdict, { outcome: "ok", extraction });
  t.like(reply, { responseId: "resp_1", stored: true });
  await extractor.remove("resp_1", never);
  t.like(bodyOf(server.requests[0]!), inBackground);
  t.deepEqual(paths(server), [
    "POST /v1/responses",
    "GET /v1/responses/resp_1",
    "GET /v1/responses/resp_1",
    "DELETE /v1/responses/resp_1",
  ]);
});

test("a server that answers at once is taken at its word", async (t) => {
  await using server = await serve(json(response()));
  const reply = await ask(server);
  t.like(reply, { responseId: "resp_1", stored: true });
  t.deepEqual(ways(server), [inBackground]);
});

const falls = test.macro({
  exec: async (t: ExecutionContext, status: number, error: object) => {
    await using server = await serve(json({ error }, status), json(response()), json(response()));
    await using connection = connectTo(server.url);
    const extractor = openExtractor(connection, noText);
    for (const _ of [1, 2]) {
      t.like(await extractor.start(askFor(), never), { reply: { stored: false } });
    }
    t.deepEqual(ways(server), [inBackground, inForeground, inForeground], "and that is remembered");
  },
  title: (what) =>
    `a server that can't make answers in the background is asked for them at once: ${what}`,
});

test("by parameter", falls, 400, {
  message: "no",
  code: "unsupported_parameter",
  param: "background",
});
test("by its words", falls, 400, {
  message: "background mode can only be used when `store` is true",
});
test("by a 422", falls, 422, { message: "extra inputs are not permitted: background" });
test("where nothing may be kept", falls, 400, { message: "no", param: "store" });

test("what is wrong with anything else isn't asked again", async (t) => {
  await using server = await serve(json({ error: { message: "no", param: "input" } }, 400));
  await t.throwsAsync(ask(server), { code: "REQUEST_REJECTED" });
  t.deepEqual(ways(server), [inBackground]);
});

test("where answers must be resumable, none is asked for in the foreground", async (t) => {
  await using server = await serve(json({ error: { message: "no", param: "background" } }, 400));
  const asked = ask(server, {}, noText, { resumable: true });
  await t.throwsAsync(asked, { code: "PARAMETER_REJECTED" });
  t.deepEqual(ways(server), [inBackground]);
});

const looks = test.macro({
  exec: async (t: ExecutionContext, answer: Answer, code: string) => {
    await using server = await serve(answer);
    await using connection = connectTo(server.url, { timeout: "1s" });
    await t.throwsAsync(fetching(connection), { name: "AutodError", code });
  },
  title: (what) => `trouble with a look makes no answer lost: ${what}`,
});

test("a line that breaks within a look", looks, hangUpWithin, "API_UNREACHABLE");
test("a look at broken JSON", looks, text("{"), "API_UNREACHABLE");
test("a look without output", looks, json({ status: "completed" }), "API_UNREACHABLE");
test("a look at a busy server", looks, refusal(429), "API_BUSY");
test("a look with another key", looks, refusal(401), "KEY_REJECTED");
const noEndpoint = json({ error: { message: "Invalid URL (GET /v1/responses/resp_1)" } }, 404);
test("a look at no endpoint", looks, noEndpoint, "ENDPOINT_MISSING");
test("a look at a page of a proxy", looks, text("<html>", 404), "ENDPOINT_MISSING");

test("an answer that the server knows nothing of for seconds is lost", async (t) => {
  await using server = await serve(...Array.from({ length: 9 }, () => noSuchResponse));
  await using connection = connectTo(server.url);
  await t.throwsAsync(fetching(connection), { name: "AutodError", code: "API_ANSWER_LOST" });
  t.is(server.requests.length, 7);
});

test("an answer that the server knows nothing of for a moment isn't", async (t) => {
  await using server = await serve(noSuchResponse, noSuchResponse, json(response()));
  await using connection = connectTo(server.url);
  t.like(await fetching(connection), { verdict: { outcome: "ok" } });
});

test("a server that forgets what it began isn't asked so again", async (t) => {
  const nothing = Array.from({ length: 7 }, () => noEndpoint);
  await using server = await serve(json(making("queued")), ...nothing, json(response()));
  await using connection = connectTo(server.url);
  const extractor = openExtractor(connection, noText);
  const profile = profileWith();
  await extractor.start(askFor(), never);
  const fetched = extractor.fetch("resp_1", { profile, revision: profile.revision }, never);
  await t.throwsAsync(fetched, { code: "API_ANSWER_LOST" });
  t.like(await extractor.start(askFor(), never), { reply: { stored: false } });
});

test("an answer that takes longer than the server's timeout is left for later", async (t) => {
  await using server = await serve(
    ...Array.from({ length: 20 }, () => json(making("in_progress"))),
  );
  await using connection = connectTo(server.url, { timeout: "1s" });
  await t.throwsAsync(fetching(connection), { code: "ANSWER_PENDING" });
});

test("a stop ends the waiting for an answer", async (t) => {
  const stopping = new AbortController();
  await using server = await serve((answer, request) => {
    json(making("in_progress"))(answer, request);
    stopping.abort();
  });
  await using connection = connectTo(server.url);
  await t.throwsAsync(fetching(connection, stopping.signal), { message: /abort/ });
});

test("what a profile asked for before it was changed is held against the general shape", async (t) => {
  const odd = { ...extraction, category: "Sports" };
  const said = response({
    output: [{ type: "message", role: "assistant", content: [outputText(JSON.stringify(odd))] }],
  });
  await using server = await serve(json(said), json(said));
  await using connection = connectTo(server.url);
  t.like(await fetching(connection), { verdict: { outcome: "invalid" } });
  const changed = await fetching(connection, never, { revision: "0123456789ab" });
  t.like(changed, { verdict: { outcome: "ok", extraction: { category: "Sports" } } });
});

for (const status of [404, 405, 501]) {
  test(`where a deletion is answered with ${status}, nothing is left to delete`, async (t) => {
    await using server = await serve(json({ error: { message: "no" } }, status));
    await using connection = connectTo(server.url);
    await t.notThrowsAsync(openExtractor(connection, noText).remove("resp_1", never));
  });
}

test("a deletion that failed is told", async (t) => {
  await using server = await serve(json({ error: { message: "overloaded" } }, 503));
  await using connection = connectTo(server.url);
  const removed = openExtractor(connection, noText).remove("resp_1", never);
  await t.throwsAsync(removed, { code: "API_BUSY" });
});

test("a promise without an id is no answer, and may have been billed", async (t) => {
  await using server = await serve(json({ status: "queued", output: [] }));
  await t.throwsAsync(ask(server), { code: "API_ANSWER_LOST" });
});

test("a server that made answers before is asked for them so, whatever became of one", async (t) => {
  const nothing = Array.from({ length: 7 }, () => noSuchResponse);
  const begun = json(making("queued"));
  await using server = await serve(begun, json(response()), begun, ...nothing, begun);
  await using connection = connectTo(server.url);
  const extractor = openExtractor(connection, noText);
  const profile = profileWith();
  const asker = { profile, revision: profile.revision };
  await extractor.start(askFor(), never);
  await extractor.fetch("resp_1", asker, never);
  await extractor.start(askFor(), never);
  await t.throwsAsync(extractor.fetch("resp_1", asker, never), { code: "API_ANSWER_LOST" });
  t.deepEqual(await extractor.start(askFor(), never), { id: "resp_1" });
});
