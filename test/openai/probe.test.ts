import test from "ava";
import { AutodError } from "../../src/errors.ts";
import { probe } from "../../src/openai/probe.ts";
import { type Answer, hangUp, json, serve, silence, text } from "../helpers/http.ts";
import { connectTo, key } from "./asking.ts";
import { failing } from "./requests.ts";

const never = new AbortController().signal;
const says = (status: number, said: object = { message: "no" }) => json({ error: said }, status);

test("asks about the model with the key, and for nothing that costs", async (t) => {
  await using server = await serve(json({ id: "org/a model", object: "model" }));
  await using connection = connectTo(server.url);
  await probe(connection, "org/a model", never);
  t.deepEqual(
    server.requests.map(({ method, path, headers, body }) => [
      `${method} ${path}`,
      headers.authorization,
      body.length,
    ]),
    [["GET /v1/models/org%2Fa%20model", `Bearer ${key}`, 0]],
  );
});

const resolves = test.macro({
  exec: async (t, answer: Answer) => t.is(await failing.probe(answer), null),
  title: (what) => `is content with ${what}`,
});

test("a model", resolves, json({ id: "gpt-5.6-luna", object: "model" }));
test("a server that has no such endpoint", resolves, says(404));
test("a page that isn't there", resolves, text("<html>Not Found</html>", 404));
test("a method that isn't taken", resolves, says(405));
test("a model that isn't listed under its name", resolves, says(422));
test(
  "a key that was made for less",
  resolves,
  says(403, { message: "Insufficient permissions. Missing scopes: api.model.read." }),
);

const throws = test.macro({
  exec: async (t, answer: Answer, code: string) => {
    const error = await failing.probe(answer);
    t.true(error instanceof AutodError);
    t.is(error?.code, code as never);
  },
  title: (what, _, code: string) => `throws ${code} for ${what}`,
});

test("a model that went", throws, says(404, { code: "model_not_found" }), "MODEL_UNAVAILABLE");
test("a key that isn't known", throws, says(401), "KEY_REJECTED");
test("a region", throws, says(403), "ACCESS_DENIED");
test("no credit", throws, says(429, { code: "insufficient_quota" }), "QUOTA_EXHAUSTED");
test("a limit", throws, says(429), "API_BUSY");
test("a fault", throws, says(500), "API_FAULT");
test("a portal's page", throws, text("<html>Please log in</html>"), "API_UNREACHABLE");
test("a line that breaks", throws, hangUp, "API_UNREACHABLE");

test("takes no longer than it may, whatever the server is allowed", async (t) => {
  await using server = await serve(silence);
  await using connection = connectTo(server.url, { timeout: "10m" });
  await t.throwsAsync(probe(connection, "m", never, 50), {
    name: "AutodError",
    code: "API_UNREACHABLE",
    message: "no answer from the API: it took too long",
  });
});

test("a stop ends it, and isn't taken for trouble", async (t) => {
  const stopping = new AbortController();
  await using server = await serve(() => stopping.abort());
  await using connection = connectTo(server.url);
  await t.throwsAsync(probe(connection, "m", stopping.signal), { message: "Request was aborted." });
});
