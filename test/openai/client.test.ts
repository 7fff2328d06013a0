import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { text as read } from "node:stream/consumers";
import test from "ava";
import { makeHome } from "../helpers/home.ts";
import { type Answer, json, type Received, serve, silence } from "../helpers/http.ts";
import { invoice } from "../helpers/pdf.ts";
import { seededRecord, seedStore } from "../helpers/seeded-store.ts";
import { connectTo, key, response } from "./asking.ts";

/** What a shell may hold that would lead documents, or what is known of them, astray. */
const astray = (url: string) => ({
  OPENAI_API_KEY: "sk-of-the-shell",
  OPENAI_ADMIN_KEY: "sk-admin-of-the-shell",
  OPENAI_BASE_URL: url,
  OPENAI_ORG_ID: "org-of-the-shell",
  OPENAI_PROJECT_ID: "proj_of_the_shell",
  OPENAI_WEBHOOK_SECRET: "secret-of-the-shell",
  OPENAI_LOG: "debug",
});
const customHeaders = "X-Tell: everything\nAuthorization: Bearer sk-of-the-shell";

const saysNothingOfTheShell = ({ headers }: Received) =>
  !/the.shell|everything/.test(JSON.stringify(headers)) &&
  !("openai-organization" in headers) &&
  !("openai-project" in headers);

test.serial("a client goes where it is told, whatever the environment holds", async (t) => {
  await using elsewhere = await serve();
  await using server = await serve(json(response()));
  const variables = astray(elsewhere.url);
  Object.assign(process.env, variables);
  t.teardown(() => Object.keys(variables).forEach((name) => delete process.env[name]));

  await using connection = connectTo(server.url);
  await connection.client.responses.create({ model: "m", input: "" });

  t.is(elsewhere.requests.length, 0);
  t.is(server.requests[0]?.headers.authorization, `Bearer ${key}`);
  t.true(server.requests.every(saysNothingOfTheShell));
});

test("the program goes where it is told, and says nothing of the environment", async (t) => {
  await using elsewhere = await serve();
  const answers: Readonly<Record<string, Answer>> = {
    "GET /v1/files?purpose=user_data": json({ data: [], has_more: false }),
    "POST /v1/files": json({ id: "file-1" }),
    "POST /v1/responses": json(response()),
    "DELETE /v1/files/file-1": json({ id: "file-1", deleted: true }),
    "DELETE /v1/responses/resp_1": json({ id: "resp_1", deleted: true }),
  };
  const answer: Answer = (outgoing, request) =>
    (answers[`${request.method} ${request.path}`] ?? silence)(outgoing, request);
  await using server = await serve(...Object.keys(answers).map(() => answer));
  await using home = await makeHome({ openai: { baseUrl: server.url, apiKeyFile: "./key" } });
  await writeFile(join(home.folder, "key"), key, { mode: 0o600 });
  await home.drop("scan0001.pdf", await invoice("RE-1"));
  // Where no document is known, nothing is looked for at the server.
  await seedStore(home.config.dataDir, [seededRecord(7)]);

  const main = join(import.meta.dirname, "../../src/main.ts");
  const child = spawn(process.execPath, [main, "run", "--once", "--config", home.configFile], {
    env: { ...process.env, ...astray(elsewhere.url), OPENAI_CUSTOM_HEADERS: customHeaders },
  });
  const said = Promise.all([read(child.stdout), read(child.stderr)]);
  const [code] = await once(child, "exit");

  t.is(code, 0, (await said).join("\n"));
  t.deepEqual(
    server.requests.map(({ method, path }) => `${method} ${path}`).toSorted(),
    Object.keys(answers).toSorted(),
  );
  for (const { headers } of server.requests) t.is(headers.authorization, `Bearer ${key}`);
  t.true(server.requests.every(saysNothingOfTheShell));
  t.is(elsewhere.requests.length, 0);
  t.false((await said).join("").includes(key));
});

test("the limits under the SDK are the configured ones, not Node's 300 seconds", async (t) => {
  await using server = await serve(silence);
  await using connection = connectTo(server.url, { timeout: "1s" });
  // The SDK's own limit is out of the way, so that the one below it shows.
  const asked = connection.client.responses.create({ model: "m", input: "" }, { timeout: 100_000 });
  const error = await t.throwsAsync(asked);
  t.like(error?.cause, { code: "UND_ERR_HEADERS_TIMEOUT" });
});

test("a connection that is disposed is of no more use", async (t) => {
  await using server = await serve();
  const connection = connectTo(server.url);
  await connection[Symbol.asyncDispose]();
  await t.throwsAsync(connection.client.responses.create({ model: "m", input: "" }));
  t.is(server.requests.length, 0);
});
