import { once } from "node:events";
import { request } from "node:http";
import test from "ava";
import { APIConnectionError, APIUserAbortError, InternalServerError } from "openai";
import { ask, open, type Opened, upload } from "../opened.ts";

/** A sandbox with an upload, where the next request for a response meets a fault. */
async function openWith(kind: string): Promise<Opened & { readonly id: string }> {
  const opened = await open();
  const id = await upload(opened.client);
  opened.sandbox.setFaults([{ request: "POST /v1/responses", kinds: [kind] }]);
  return { ...opened, id };
}

/** Whether nothing has come for a request, though a later one was answered. */
async function isWaiting(asking: Promise<unknown>, { client }: Opened): Promise<boolean> {
  let waiting = true;
  const end = () => {
    waiting = false;
  };
  asking.then(end, end);
  await client.models.list();
  return waiting;
}

test("html answers with a page, as a proxy before the API would", async (t) => {
  await using opened = await openWith("html");
  const { client, sandbox, id } = opened;
  const asking = client.responses.create(ask(id));
  const error = await t.throwsAsync(asking, { instanceOf: InternalServerError });
  t.like(error, { status: 502, error: undefined as never });
  t.regex(error?.message ?? "", /<h1>502 Bad Gateway<\/h1>/);
  t.is(error?.headers?.get("content-type"), "text/html");
  t.deepEqual(sandbox.bills(), []);
  t.like(sandbox.requests().at(-1), { status: 502, fault: "html", body: null });
});

test("reset breaks the line before anything is done", async (t) => {
  await using opened = await openWith("reset");
  const { client, sandbox, id } = opened;
  const asking = client.responses.create(ask(id));
  await t.throwsAsync(asking, { instanceOf: APIConnectionError });
  t.deepEqual(sandbox.bills(), []);
  t.like(sandbox.requests().at(-1), { status: null, fault: "reset", body: null });
  t.is((await client.responses.create(ask(id))).status, "completed");

  sandbox.setFaults([{ request: "POST /v1/files", kinds: ["reset"] }]);
  await t.throwsAsync(upload(client), { instanceOf: APIConnectionError });
  t.is(sandbox.files().length, 1);
});

test("reset-after breaks the line when all is done", async (t) => {
  await using opened = await openWith("reset-after");
  const { client, sandbox, id } = opened;
  const asking = client.responses.create(ask(id));
  await t.throwsAsync(asking, { instanceOf: APIConnectionError });
  t.is(sandbox.bills().length, 1);
  t.like(sandbox.requests().at(-1), { status: null, fault: "reset-after", body: ask(id) });

  sandbox.setFaults([{ request: "DELETE /v1/files/:id", kinds: ["reset-after"] }]);
  await t.throwsAsync(client.files.delete(id), { instanceOf: APIConnectionError });
  t.deepEqual(sandbox.files(), []);
});

test("hang takes a request, and says nothing until the client goes", async (t) => {
  await using opened = await openWith("hang");
  const { client, sandbox, id } = opened;
  const ending = new AbortController();
  const asking = client.responses.create(ask(id), { signal: ending.signal });
  const ended = t.throwsAsync(asking, { instanceOf: APIUserAbortError });
  while (sandbox.bills().length === 0) await new Promise(setImmediate);
  t.true(await isWaiting(asking, opened));
  ending.abort();
  await ended;
  t.like(sandbox.requests().at(-2), { status: null, fault: "hang", body: ask(id) });
});

test("hang ends when the sandbox does", async (t) => {
  const opened = await openWith("hang");
  const { client, sandbox, id } = opened;
  const asking = client.responses.create(ask(id));
  const ended = t.throwsAsync(asking, { instanceOf: APIConnectionError });
  while (sandbox.bills().length === 0) await new Promise(setImmediate);
  t.true(await isWaiting(asking, opened));
  await sandbox.close();
  await ended;
});

test("slow answers as it would, but later", async (t) => {
  await using opened = await openWith("slow:1");
  const { client, sandbox, id } = opened;
  t.is((await client.responses.create(ask(id))).status, "completed");
  t.like(sandbox.requests().at(-1), { status: 200, fault: "slow:1" });

  sandbox.setFaults([{ request: "POST /v1/responses", kinds: ["slow:3600000"] }]);
  const ending = new AbortController();
  const asking = client.responses.create(ask(id), { signal: ending.signal });
  while (sandbox.bills().length < 2) await new Promise(setImmediate);
  t.true(await isWaiting(asking, opened));
  ending.abort();
  await t.throwsAsync(asking, { instanceOf: APIUserAbortError });
});

test("broken-json answers 200, and its JSON breaks off", async (t) => {
  await using opened = await openWith("broken-json");
  const { client, sandbox, id } = opened;
  await t.throwsAsync(client.responses.create(ask(id)), { instanceOf: SyntaxError });
  t.is(sandbox.bills().length, 1);
  t.like(sandbox.requests().at(-1), { status: 200, fault: "broken-json" });
});

test("what the API would refuse is refused though the answer is to be spoilt", async (t) => {
  for (const kind of ["refusal", "slow:1"]) {
    await using opened = await openWith(kind);
    const { client, sandbox, id } = opened;
    const asking = client.responses.create(ask(id, { model: "gpt-99" }));
    await t.throwsAsync(asking, { message: /^404 The model 'gpt-99'/ });
    t.deepEqual(sandbox.bills(), []);
    t.like(sandbox.requests().at(-1), { status: 404, fault: kind });
  }
});

test("a body that is no JSON is refused before it can meet a refusal", async (t) => {
  await using opened = await openWith("quota");
  const { url, key } = opened.sandbox;
  const headers = { authorization: `Bearer ${key}` };
  const answer = await fetch(`${url}/responses`, { method: "POST", headers, body: "{" });
  t.is(answer.status, 400);
  t.like(opened.sandbox.requests().at(-1), { status: 400, fault: null });
});

test("a fault that concerns only requests for responses leaves others alone", async (t) => {
  await using opened = await open();
  const { client, sandbox } = opened;
  const kinds = ["refusal", "incomplete", "filtered", "failed", "invalid", "file-gone", "context"];
  sandbox.setFaults([{ request: "POST /v1/files", kinds }]);
  for (const _ of kinds) await upload(client);
  t.is(sandbox.files().length, kinds.length);
  t.true(sandbox.requests().every(({ fault }) => fault === null));
});

test("a line that breaks is reset, not closed as if all had been said", async (t) => {
  await using opened = await openWith("reset");
  const { url, key } = opened.sandbox;
  const headers = { authorization: `Bearer ${key}` };
  const sending = request(`${url}/responses`, { method: "POST", headers });
  sending.end("{}");
  const [error] = (await once(sending, "error").catch((thrown: unknown) => [thrown])) as [Error];
  t.like(error, { code: "ECONNRESET" });
});
