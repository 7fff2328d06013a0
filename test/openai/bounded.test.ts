import { gzipSync } from "node:zlib";
import test, { type ExecutionContext } from "ava";
import { Response } from "undici";
import { bounded } from "../../src/openai/bounded.ts";
import { type Answer, serve } from "../helpers/http.ts";
import { connectTo } from "./asking.ts";

const long = 1_000_000;

test("an answer within its bounds stays what it is", async (t) => {
  const answer = bounded(
    new Response("four", { status: 418, statusText: "Teapot", headers: { "x-kept": "yes" } }),
    { bytes: 4, time: long },
  );
  t.like(answer, { status: 418, statusText: "Teapot", ok: false });
  t.is(answer.headers.get("x-kept"), "yes");
  t.is(await answer.text(), "four");
});

test("an answer without a body stays what it is", (t) => {
  const answer = new Response(null, { status: 204 });
  t.is(bounded(answer, { bytes: 4, time: long }), answer);
});

test("a body that is too long fails", async (t) => {
  const answer = bounded(new Response("fives"), { bytes: 4, time: long });
  await t.throwsAsync(answer.text(), { message: "it is longer than 4 bytes" });
});

test("a body that takes too long fails, and is read no further", async (t) => {
  const { promise: ended, resolve: cancel } = Promise.withResolvers<void>();
  const answer = bounded(new Response(new ReadableStream({ cancel })), { bytes: 4, time: 20 });
  await t.throwsAsync(answer.text(), { name: "TimeoutError" });
  await t.notThrowsAsync(ended);
});

const tooMuch = test.macro({
  exec: async (t: ExecutionContext, answer: Answer, status: RegExp) => {
    await using server = await serve(answer);
    await using connection = connectTo(server.url);
    const asked = connection.client.responses.create({ model: "m", input: "" });
    await t.throwsAsync(asked, { message: status });
  },
  title: (what) => `a client reads no more than it can hold of ${what}`,
});

const blanks = Buffer.alloc(20_000_000, " ");
const packed = { "content-type": "application/json", "content-encoding": "gzip" };

test(
  "what grows when it is unpacked",
  tooMuch,
  (answer) => answer.writeHead(200, packed).end(gzipSync(blanks)),
  /^it is longer than 16000000 bytes$/,
);
test(
  "the words of an error",
  tooMuch,
  (answer) => answer.writeHead(500).end(blanks),
  /^500 it is longer than 16000000 bytes$/,
);
