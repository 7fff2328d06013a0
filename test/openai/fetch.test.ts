import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import test, { type ExecutionContext } from "ava";
import { Agent } from "undici";
import { openFetch } from "../../src/openai/fetch.ts";
import { type Answer, serve } from "../helpers/http.ts";
import { connectTo } from "./asking.ts";

/** What a server's answer becomes. */
async function fetched(answer: Answer, most = 100): Promise<Response> {
  await using server = await serve(answer);
  await using agent = disposable(new Agent());
  return await openFetch(agent.dispatcher, most)(server.url);
}

const disposable = (dispatcher: Agent) => ({
  dispatcher,
  [Symbol.asyncDispose]: () => dispatcher.destroy(),
});

test("an answer within its bounds stays what it is", async (t) => {
  const headers = { "x-kept": "yes", "set-cookie": ["one", "two"] };
  const answer = await fetched((response) => response.writeHead(418, headers).end("four"), 4);
  t.like(answer, { status: 418, ok: false });
  t.is(answer.headers.get("x-kept"), "yes");
  t.deepEqual(answer.headers.getSetCookie(), ["one", "two"]);
  t.is(await answer.text(), "four");
});

test("an answer without a body stays what it is", async (t) => {
  const answer = await fetched((response) => response.writeHead(204).end());
  t.is(answer.status, 204);
  t.is(answer.body, null);
});

test("a redirect is the answer, and isn't followed", async (t) => {
  const answer = await fetched((response) => response.writeHead(302, { location: "/" }).end());
  t.is(answer.status, 302);
});

for (const [name, pack] of [
  ["gzip", gzipSync],
  ["deflate", deflateSync],
  ["br", brotliCompressSync],
] as const) {
  const packed: Answer = (response) =>
    response.writeHead(200, { "content-encoding": name }).end(pack(Buffer.from("four")));
  test(`what comes packed is unpacked: ${name}`, async (t) => {
    t.is(await (await fetched(packed)).text(), "four");
    await t.throwsAsync(fetched(packed, 3), { message: "it is longer than 3 bytes" });
  });
}

test("what is said to be packed and isn't fails", async (t) => {
  const headers = { "content-encoding": "gzip" };
  await t.throwsAsync(
    fetched((response) => response.writeHead(200, headers).end("four")),
    { code: "Z_DATA_ERROR" },
  );
});

test("a body that is too long fails", async (t) => {
  await t.throwsAsync(
    fetched((response) => response.end("fives"), 4),
    { message: "it is longer than 4 bytes" },
  );
});

test("the words of an error that never end are cut off", async (t) => {
  await using server = await serve((response) => response.writeHead(500).write("slow"));
  await using connection = connectTo(server.url);
  const asked = connection.client.responses.create({ model: "m", input: "" }, { timeout: 2_000 });
  await t.throwsAsync(asked, { message: /^500 .*abort/ });
});

const tooMuch = test.macro({
  exec: async (t: ExecutionContext, answer: Answer, message: string) => {
    await using server = await serve(answer);
    await using connection = connectTo(server.url);
    const asked = connection.client.responses.create({ model: "m", input: "" });
    const thrown = await t.throwsAsync(asked);
    t.is(deepest(thrown)?.message, message);
  },
  title: (what) => `a client reads no more than it can hold of ${what}`,
});

const deepest = (error?: Error): Error | undefined =>
  error?.cause instanceof Error ? deepest(error.cause) : error;

const blanks = Buffer.alloc(20_000_000, " ");
const packed = { "content-type": "application/json", "content-encoding": "gzip" };

test(
  "what grows when it is unpacked",
  tooMuch,
  (answer) => answer.writeHead(200, packed).end(gzipSync(blanks)),
  "it is longer than 16000000 bytes",
);
test(
  "the words of an error",
  tooMuch,
  (answer) => answer.writeHead(500).end(blanks),
  "500 it is longer than 16000000 bytes",
);
