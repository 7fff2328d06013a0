import { createServer } from "node:net";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import test from "ava";
import { type AutodError, errorCodes } from "../../src/errors.ts";
import { classify, type Failed } from "../../src/openai/classify.ts";
import { type Answer, hangUp, json, serve, silence, text } from "../helpers/http.ts";
import { connectTo, key } from "./asking.ts";

/** What an ask of the server at `url` fails with, as the SDK throws it. */
async function thrown(url: string, signal?: AbortSignal, timeout = "1m"): Promise<unknown> {
  await using connection = connectTo(url, { timeout });
  const { responses } = connection.client;
  return await responses.create({ model: "m", input: "" }, { signal }).then(
    () => "an answer",
    (error: unknown) => error,
  );
}

const afterAsk = { key, onBrokenLine: "API_ANSWER_LOST" } as const;

async function classified(answer: Answer, failed: Failed = { key }): Promise<AutodError> {
  await using server = await serve(answer);
  return classify(await thrown(server.url), failed) as AutodError;
}

test("a page of a proxy is known by its status", async (t) => {
  const { code, message } = await classified(text("<html><h1>502 Bad Gateway</h1></html>", 502));
  t.is(code, "API_FAULT");
  t.is(message, "the API answered 502: 502 Bad Gateway");
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
    const found = classify(await thrown(url), afterAsk) as AutodError;
    t.is(found.code, "API_UNREACHABLE", url);
    t.regex(found.message, /^no answer from the API: .*(ECONNREFUSED|ENOTFOUND|EAI_AGAIN)/);
  }
});

test("a line that broke is what the caller says, once the request was taken", async (t) => {
  t.is((await classified(hangUp)).code, "API_UNREACHABLE");
  t.is((await classified(hangUp, afterAsk)).code, "API_ANSWER_LOST");
});

test("an answer that can't be read is what the caller says", async (t) => {
  const broken = text('{"id": ', 200, { "content-type": "application/json" });
  t.is((await classified(broken)).code, "API_UNREACHABLE");
  const { code, message } = await classified(broken, afterAsk);
  t.is(code, "API_ANSWER_LOST");
  t.is(message, "the API's answer can't be read: it is broken JSON");
});

test("a stop of ours is passed on as it is", async (t) => {
  await using server = await serve();
  const error = await thrown(server.url, AbortSignal.abort());
  t.is(classify(error, { key }), error);
});

test("what was thrown is kept as the cause", async (t) => {
  await using server = await serve(json(null, 500));
  const error = await thrown(server.url);
  t.is((classify(error, { key }) as AutodError).cause, error);
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

test("nothing in time is said so", async (t) => {
  await using server = await serve(silence);
  const { message } = classify(await thrown(server.url, undefined, "1s"), { key }) as AutodError;
  t.is(message, "no answer from the API: it took too long");
});

test("who stands before the API is told apart in the hint", async (t) => {
  t.regex((await classified(text("", 407))).hint, /login/);
  t.regex((await classified(text("", 302, { location: "/" }))).hint, /baseUrl/);
  t.is((await classified(hangUp)).hint, errorCodes.API_UNREACHABLE.hint);
});

test("what the server calls it holds no key and no end of words", async (t) => {
  const { apiCode } = await classified(json({ error: { code: key, param: "x".repeat(999) } }, 400));
  t.true(apiCode!.startsWith("400 … xxx"));
  t.true(apiCode!.length <= 302);
});
