import test from "ava";
import OpenAI, { APIConnectionError, APIError, APIUserAbortError } from "openai";
import { startSandbox } from "../../src/sandbox/sandbox.ts";
import { ask, open, readPaper, upload } from "./opened.ts";

async function refused(promise: Promise<unknown>) {
  try {
    await promise;
  } catch (error) {
    if (error instanceof APIError) return error;
    throw error;
  }
  throw new Error("it was not refused");
}

test("says at its root, without a key, that it is a stand-in", async (t) => {
  await using opened = await open();
  const answer = await fetch(new URL("/", opened.sandbox.url));
  t.is(answer.status, 200);
  t.regex(await answer.text(), /stand-in for the OpenAI API.*not OpenAI/);
});

test("marks every answer, errors too, and gives each a request id of its own", async (t) => {
  await using opened = await open();
  const ids = new Set<string | null>();
  for (const path of ["/v1/models", "/v1/nothing", "/"]) {
    const { headers } = await fetch(new URL(path, opened.sandbox.url));
    t.is(headers.get("x-autod-sandbox"), "stand-in");
    t.regex(headers.get("x-request-id") ?? "", /^req_/);
    ids.add(headers.get("x-request-id"));
  }
  t.is(ids.size, 3);
});

test("takes no key but its own, and doesn't repeat the wrong one", async (t) => {
  await using opened = await open({ key: "sk-right" });
  const baseURL = opened.sandbox.url;
  const client = new OpenAI({ baseURL, apiKey: "sk-wrong-secret", maxRetries: 0 });
  const error = await refused(client.models.list());
  t.is(error.status, 401);
  t.is(error.code, "invalid_api_key");
  t.notRegex(error.message, /secret/);

  const without = await fetch(`${baseURL}/models`);
  t.is(without.status, 401);
  t.is(opened.sandbox.key, "sk-right");
});

test("rejects the key that it took, and takes it again, when it is told to", async (t) => {
  await using opened = await open();
  const { client, sandbox } = opened;
  sandbox.setKey("sk-other");
  t.is((await refused(client.models.list())).code, "invalid_api_key");
  const other = new OpenAI({ baseURL: sandbox.url, apiKey: "sk-other", maxRetries: 0 });
  t.true((await other.models.list()).data.length > 0);
  sandbox.setKey(sandbox.key);
  t.true((await client.models.list()).data.length > 0);
});

test("answers 404 for a path or method that it doesn't have", async (t) => {
  await using opened = await open();
  const headers = { authorization: `Bearer ${opened.sandbox.key}` };
  for (const [method, path] of [
    ["GET", "/v1/assistants"],
    ["PUT", "/v1/files"],
    ["GET", "/v1/files/a/b/c"],
    ["GET", "/v1/files/"],
  ] as const) {
    const answer = await fetch(new URL(path, opened.sandbox.url), { method, headers });
    t.is(answer.status, 404, path);
    const { error } = (await answer.json()) as { error: object };
    const message = `Invalid URL (${method} ${path})`;
    t.deepEqual(error, { message, type: "invalid_request_error", param: null, code: null });
  }
});

test("answers 400 for a body that is no JSON", async (t) => {
  await using opened = await open();
  const answer = await fetch(`${opened.sandbox.url}/responses`, {
    method: "POST",
    headers: { authorization: `Bearer ${opened.sandbox.key}` },
    body: '{"model":',
  });
  t.is(answer.status, 400);
  t.regex(await answer.text(), /parse the JSON body/);
});

test("remembers what it was asked, with bodies but without whole files", async (t) => {
  await using opened = await open({ now: () => Date.UTC(2026, 5, 1) });
  const { client, sandbox } = opened;
  const id = await upload(client);
  await client.responses.create(ask(id));
  const data = `data:application/pdf;base64,${Buffer.from(`%PDF-1.7\n${"x".repeat(500)}`).toString("base64")}`;
  const content = [{ type: "input_file", filename: "a.pdf", file_data: data } as const];
  await client.responses.create({ model: "gpt-5.6-luna", input: [{ role: "user", content }] });
  const requests = sandbox.requests();
  t.deepEqual(
    requests.map(({ method, path, status, at }) => [method, path, status, at]),
    [
      ["POST", "/v1/files", 200, "2026-06-01T00:00:00.000Z"],
      ["POST", "/v1/responses", 200, "2026-06-01T00:00:00.000Z"],
      ["POST", "/v1/responses", 200, "2026-06-01T00:00:00.000Z"],
    ],
  );
  t.is(requests[0]?.body, null);
  t.deepEqual(requests[1]?.body, ask(id));
  t.true(JSON.stringify(requests[2]?.body).length < 400);
});

test("answers 500 in the API's shape when it fails itself", async (t) => {
  let looks = 0;
  const now = () => {
    looks += 1;
    if (looks > 1) throw new Error("the clock stands still");
    return 0;
  };
  await using opened = await open({ now });
  const error = await refused(opened.client.models.retrieve("gpt-5"));
  t.is(error.status, 500);
  t.is(error.type, "server_error");
  t.regex(error.message, /the clock stands still/);
});

test("lets each answer wait as long as it is told to", async (t) => {
  await using opened = await open({ latency: 60_000 });
  const ending = new AbortController();
  const waiting = opened.client.models.list({ signal: ending.signal });
  while (opened.sandbox.requests().length === 0) await new Promise(setImmediate);
  ending.abort();
  await t.throwsAsync(waiting, { instanceOf: APIUserAbortError });
});

test("closes at once though answers still wait, and may be closed twice", async (t) => {
  const { sandbox, client } = await open({ latency: 60_000 });
  const waiting = t.throwsAsync(client.models.list(), { instanceOf: APIConnectionError });
  while (sandbox.requests().length === 0) await new Promise(setImmediate);
  await sandbox.close();
  await sandbox.close();
  await waiting;
});

test("says so when its port is taken", async (t) => {
  await using opened = await open();
  const port = Number(new URL(opened.sandbox.url).port);
  await t.throwsAsync(startSandbox({ readText: readPaper, port }), { code: "EADDRINUSE" });
});
