import { createHash } from "node:crypto";
import { once } from "node:events";
import { open, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import { dir } from "tmp-promise";
import type { AutodError } from "../../src/errors.ts";
import { openFiles } from "../../src/openai/files.ts";
import { type Answer, hangUp, json, type Received, serve, silence, text } from "../helpers/http.ts";
import { connectTo, key } from "./asking.ts";

const pdf = Buffer.from("%PDF-1.7");
const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");
const never = new AbortController().signal;

async function saved(t: ExecutionContext, bytes: Uint8Array): Promise<string> {
  const { path, cleanup } = await dir({ unsafeCleanup: true });
  t.teardown(cleanup);
  const file = join(path, "scan0001.pdf");
  await writeFile(file, bytes);
  return file;
}

const formOf = ({ body, headers }: Received) =>
  new Response(new Uint8Array(body), {
    headers: { "content-type": headers["content-type"] ?? "" },
  }).formData();

test("uploads a copy as it is, under the name of the original", async (t) => {
  await using server = await serve(json({ id: "file-1", object: "file" }));
  await using connection = connectTo(server.url);
  const copy = Buffer.from("a copy");
  const original = sha256(Buffer.from("the original"));

  await openFiles(connection, "0123456789abcdef").upload(copy, original, never);

  const file = (await formOf(server.requests[0]!)).get("file") as File;
  t.is(file.name, `autod-0123456789abcdef-${original.slice(0, 12)}.pdf`);
  t.is(await file.text(), "a copy");
});

test("uploads the bytes unchanged, under a name of ours, with an end to their life", async (t) => {
  const bytes = Buffer.from(Array.from({ length: 300_000 }, (_, index) => (index * 7) % 256));
  const path = await saved(t, bytes);
  await using server = await serve(json({ id: "file-1", object: "file" }));
  await using connection = connectTo(server.url, { uploadsExpireAfter: "2h" });

  const id = await openFiles(connection, "0123456789abcdef").upload(path, sha256(bytes), never);

  t.is(id, "file-1");
  t.is(server.requests.length, 1);
  const [request] = server.requests;
  t.is(request!.method, "POST");
  t.is(request!.path, "/v1/files");
  t.is(request!.headers.authorization, `Bearer ${key}`);
  const form = await formOf(request!);
  t.deepEqual([...form.keys()].toSorted(), [
    "expires_after[anchor]",
    "expires_after[seconds]",
    "file",
    "purpose",
  ]);
  t.is(form.get("purpose"), "user_data");
  t.is(form.get("expires_after[anchor]"), "created_at");
  t.is(form.get("expires_after[seconds]"), "7200");
  const file = form.get("file") as File;
  t.is(file.name, `autod-0123456789abcdef-${sha256(bytes).slice(0, 12)}.pdf`);
  t.is(file.type, "application/pdf");
  t.true(Buffer.from(await file.arrayBuffer()).equals(bytes));
});

test("deletes an upload by its id", async (t) => {
  await using server = await serve(json({ id: "file-1", object: "file", deleted: true }));
  await using connection = connectTo(server.url);
  await openFiles(connection, "0123456789abcdef").remove("file-1");
  t.deepEqual(
    server.requests.map(({ method, path }) => `${method} ${path}`),
    ["DELETE /v1/files/file-1"],
  );
});

test("an upload that is gone already counts as deleted", async (t) => {
  await using server = await serve(
    json({ error: { message: "No such File object: file-1", code: null } }, 404),
  );
  await using connection = connectTo(server.url);
  await t.notThrowsAsync(openFiles(connection, "0123456789abcdef").remove("file-1"));
  t.is(server.requests.length, 1);
});

test("a deletion that failed is told", async (t) => {
  await using server = await serve(json({ error: { message: "overloaded" } }, 503));
  await using connection = connectTo(server.url);
  await t.throwsAsync(openFiles(connection, "0123456789abcdef").remove("file-1"), {
    code: "API_BUSY",
  });
});

const fails = test.macro({
  exec: async (t: ExecutionContext, answer: Answer, code: string) => {
    const path = await saved(t, pdf);
    await using server = await serve(answer);
    await using connection = connectTo(server.url, { timeout: "1s" });
    const upload = openFiles(connection, "0123456789abcdef").upload(path, sha256(pdf), never);
    await t.throwsAsync(upload, { name: "AutodError", code });
    t.is(server.requests.length, 1);
  },
  title: (what) => `an upload fails, and no id is made up, where the server ${what}`,
});

test(
  "answers with a page of a proxy",
  fails,
  text("<html>Please log in</html>"),
  "API_UNREACHABLE",
);
test("answers with broken JSON", fails, text("{", 200, asJson()), "API_UNREACHABLE");
test("answers without an id", fails, json({ object: "file" }), "API_UNREACHABLE");
test("answers nothing at all", fails, text("", 200, asJson()), "API_UNREACHABLE");
test("hangs up", fails, hangUp, "API_UNREACHABLE");
test("says nothing in time", fails, silence, "API_UNREACHABLE");

function asJson() {
  return { "content-type": "application/json" };
}

test("a server that misses the model doesn't say that an upload is gone", async (t) => {
  const missing = { message: "The model `gpt-x` does not exist", code: "model_not_found" };
  await using server = await serve(json({ error: missing }, 404));
  await using connection = connectTo(server.url);
  const removed = openFiles(connection, "0123456789abcdef").remove("file-1");
  await t.throwsAsync(removed, { code: "MODEL_UNAVAILABLE" });
});

test("a file that went away before its upload is no trouble of the network", async (t) => {
  await using server = await serve();
  await using connection = connectTo(server.url);
  const path = join(import.meta.dirname, "no-such.pdf");
  const upload = openFiles(connection, "0123456789abcdef").upload(path, sha256(pdf), never);
  await t.throwsAsync(upload, { name: "AutodError", code: "FILE_MISSING" });
  t.is(server.requests.length, 0);
});

test("a stop ends an upload, and isn't taken for trouble", async (t) => {
  const path = await saved(t, pdf);
  const stopping = new AbortController();
  await using server = await serve(() => stopping.abort());
  await using connection = connectTo(server.url);
  const upload = openFiles(connection, "0123456789abcdef").upload(
    path,
    sha256(pdf),
    stopping.signal,
  );
  await t.throwsAsync(upload, { message: "Request was aborted." });
});

test("a file that changes after it was hashed is not taken for the one that was", async (t) => {
  const bytes = Buffer.alloc(400_000, "%PDF-1.7 ");
  const path = await saved(t, bytes);
  const writer = await open(path, "r+");
  t.teardown(() => writer.close());
  await using server = await serve(json({ id: "file-1" }), json({ id: "file-2" }));
  await using connection = connectTo(server.url);
  const files = openFiles(connection, "0123456789abcdef");

  for (const change of [() => writer.appendFile("more"), () => writer.truncate(1000)]) {
    await change();
    const upload = files.upload(path, sha256(bytes), never);
    await t.throwsAsync(upload, { name: "AutodError", code: "FILE_CHANGED" });
  }
  t.is(server.requests.length, 0);
});

test("an answer that comes before the upload is whole ends it, and nothing else", async (t) => {
  const bytes = Buffer.alloc(30_000_000, "%PDF-1.7 ");
  const path = await saved(t, bytes);
  for (const broken of [false, true]) {
    await using server = createServer((_, response) => {
      if (broken) response.destroy();
      else response.writeHead(429, { connection: "close" }).end("{}");
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    await using connection = connectTo(`http://127.0.0.1:${port}/v1`);
    const upload = openFiles(connection, "0123456789abcdef").upload(path, sha256(bytes), never);
    const error = await t.throwsAsync(upload, { name: "AutodError" });
    t.is((error as AutodError).kind, "transient");
    server.closeAllConnections();
  }
});

const instance = "0123456789abcdef0123456789abcdef";

test("lists this installation's uploads, over all pages", async (t) => {
  const file = (id: string, filename: string) => ({ id, filename, object: "file" });
  await using server = await serve(
    json({
      data: [file("file-1", `autod-${instance}-0123456789ab.pdf`), file("file-2", "letter.pdf")],
      has_more: true,
    }),
    json({
      data: [
        file("file-3", `autod-${instance.slice(0, 8)}-0123456789ab.pdf`),
        file("file-4", `autod-${instance}-ba9876543210.pdf`),
      ],
      has_more: false,
    }),
  );
  await using connection = connectTo(server.url);
  t.deepEqual(await Array.fromAsync(openFiles(connection, instance).list(never)), [
    { fileId: "file-1", sha256: "0123456789ab" },
    { fileId: "file-4", sha256: "ba9876543210" },
  ]);
  t.deepEqual(
    server.requests.map(({ path }) => path),
    ["/v1/files?purpose=user_data", "/v1/files?purpose=user_data&after=file-2"],
  );
});

test("a list that never ends is left", async (t) => {
  const data = [{ id: "file-1", filename: `autod-${instance}-0123456789ab.pdf` }];
  const page = json({ data, has_more: true });
  await using server = await serve(page, page, page);
  await using connection = connectTo(server.url);
  const listed = await Array.fromAsync(openFiles(connection, instance).list(never));
  t.is(listed.length, 1);
  t.is(server.requests.length, 2);
});

test("a server that has no list says so", async (t) => {
  await using server = await serve(
    json({ error: { message: "Invalid URL (GET /v1/files)" } }, 404),
  );
  await using connection = connectTo(server.url);
  const listed = Array.fromAsync(openFiles(connection, instance).list(never));
  await t.throwsAsync(listed, { code: "ENDPOINT_MISSING" });
});
