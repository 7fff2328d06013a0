import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import { dir } from "tmp-promise";
import { AutodError } from "../../src/errors.ts";
import { type Ask, openExtractor } from "../../src/openai/extractor.ts";
import { request as plea } from "../../src/openai/prompt.ts";
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
import { connectTo, extraction, key, profileWith, response } from "./asking.ts";

const never = new AbortController().signal;
const noText = () => Promise.reject(new Error("not asked for"));

const askFor = (changes: Partial<Ask> = {}): Ask => ({
  profile: profileWith(),
  path: "/nowhere/scan0001.pdf",
  fileId: "file-1",
  detail: "low",
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
  return await openExtractor(connection, textOf).ask(askFor(changes), never);
}

const bodyOf = ({ body }: Received) => JSON.parse(String(body)) as Record<string, unknown>;

test("asks for an upload with everything said and nothing left to the server", async (t) => {
  await using server = await serve(json(response()));
  const profile = profileWith({
    serviceTier: "flex",
    effort: "medium",
    instructions: "In French.",
  });

  const reply = await ask(server, { profile, detail: "high", maxOutputTokens: 1234 });

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
          { type: "input_text", text: plea },
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

test("sends the text layer alone to servers that take no files", async (t) => {
  await using server = await serve(json(response()));
  const profile = profileWith({ input: "text" });
  const pages = ["Invoice 1\nTotal 5.00", "", "the end"];

  await ask(server, { profile, fileId: null }, async (path) => {
    t.is(path, "/nowhere/scan0001.pdf");
    return pages;
  });

  const body = bodyOf(server.requests[0]!) as { input: { content: { text: string }[] }[] };
  const { content } = body.input[0]!;
  t.is(content.length, 2);
  t.is(
    content[1]!.text,
    "--- page 1 ---\nInvoice 1\nTotal 5.00\n\n--- page 2 ---\n\n\n--- page 3 ---\nthe end",
  );
  t.false("service_tier" in body);
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
  const textual = { profile: profileWith({ input: "text" }), fileId: null };
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
  const asked = openExtractor(connection, noText).ask(askFor(), stopping.signal);
  await t.throwsAsync(asked, { message: "Request was aborted." });
});

test("a stop ends the ask within its answer", async (t) => {
  const stopping = new AbortController();
  await using server = await serve((answer) => {
    answer.writeHead(200, { "content-type": "application/json" });
    answer.write("{", () => stopping.abort());
  });
  await using connection = connectTo(server.url);
  const asked = openExtractor(connection, noText).ask(askFor(), stopping.signal);
  await t.throwsAsync(asked, { message: "Request was aborted." });
});
