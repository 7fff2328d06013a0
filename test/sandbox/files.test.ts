import { request } from "node:http";
import test from "ava";
import { NotFoundError, type OpenAI, toFile } from "openai";
import { open, paper, upload } from "./opened.ts";

test("keeps an upload byte for byte, until it is deleted", async (t) => {
  await using opened = await open();
  const { client, sandbox } = opened;
  const file = await toFile(paper("für dich"), "Rechnung März.pdf", { type: "application/pdf" });
  const made = await client.files.create({ file, purpose: "user_data" });
  t.like(made, { object: "file", bytes: 18, filename: "Rechnung März.pdf", purpose: "user_data" });
  t.is(made.expires_at, null as never);
  t.like(sandbox.files()[0], { id: made.id, type: "application/pdf" });
  t.deepEqual(Buffer.from(sandbox.files()[0]?.content ?? []), paper("für dich"));
  t.deepEqual({ ...(await client.files.retrieve(made.id)) }, { ...made });

  const gone = await client.files.delete(made.id);
  t.like(gone, { id: made.id, object: "file", deleted: true });
  t.deepEqual(sandbox.files(), []);
  const error = await t.throwsAsync(client.files.delete(made.id), {
    instanceOf: NotFoundError,
  });
  t.regex(error?.message ?? "", /No such File object/);
  await t.throwsAsync(client.files.retrieve(made.id), { instanceOf: NotFoundError });
});

test("forgets an upload when its time is over", async (t) => {
  let now = Date.UTC(2026, 0, 1);
  await using opened = await open({ now: () => now });
  const { client, sandbox } = opened;
  const file = await toFile(paper(""), "a.pdf", { type: "application/pdf" });
  const made = await client.files.create({
    file,
    purpose: "user_data",
    expires_after: { anchor: "created_at", seconds: 3600 },
  });
  t.is(made.expires_at, made.created_at + 3600);
  now += 3_599_000;
  t.is((await client.files.retrieve(made.id)).id, made.id);
  now += 1_000;
  t.deepEqual(sandbox.files(), []);
  await t.throwsAsync(client.files.retrieve(made.id), { instanceOf: NotFoundError });
});

test("lists page by page, the newest first or last", async (t) => {
  await using opened = await open();
  const { client } = opened;
  const ids: string[] = [];
  for (const name of ["1.pdf", "2.pdf", "3.pdf"]) ids.push(await upload(client, "", name));
  const other = await toFile(paper(""), "batch.jsonl");
  await client.files.create({ file: other, purpose: "batch" });

  const collect = async (query: OpenAI.FileListParams) => {
    const names: string[] = [];
    for await (const { filename } of client.files.list(query)) names.push(filename);
    return names;
  };
  t.deepEqual(await collect({ limit: 1 }), ["batch.jsonl", "3.pdf", "2.pdf", "1.pdf"]);
  const asked = { limit: 2, order: "asc", purpose: "user_data" } as const;
  t.deepEqual(await collect(asked), ["1.pdf", "2.pdf", "3.pdf"]);
  const page = await client.files.list({ ...asked, after: ids[1] ?? "" });
  t.like(page, { has_more: false });
  t.deepEqual(
    page.data.map(({ id }) => id),
    ids.slice(2),
  );
});

const refusesForm = test.macro({
  title: (title) => `refuses ${title}`,
  async exec(t, fields: Record<string, string>, param: string, file: "file" | "none" = "file") {
    await using opened = await open();
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) form.set(name, value);
    if (file === "file") form.set("file", new File([paper("")], "a.pdf"));
    const { sandbox } = opened;
    const answer = await fetch(`${sandbox.url}/files`, {
      method: "POST",
      headers: { authorization: `Bearer ${sandbox.key}` },
      body: form,
    });
    t.is(answer.status, 400);
    t.like(await answer.json(), { error: { param, type: "invalid_request_error" } });
    t.deepEqual(sandbox.files(), []);
  },
});

const anchor = { purpose: "user_data", "expires_after[anchor]": "created_at" };
const seconds = "expires_after[seconds]";
test("a form without a file", refusesForm, { purpose: "user_data" }, "file", "none");
test("an upload without a purpose", refusesForm, {}, "purpose");
test("a purpose it doesn't know", refusesForm, { purpose: "fun" }, "purpose");
test(
  "an upload that would expire too soon",
  refusesForm,
  { ...anchor, [seconds]: "3599" },
  seconds,
);
test(
  "an upload that would expire too late",
  refusesForm,
  { ...anchor, [seconds]: "2592001" },
  seconds,
);
test("a life of no length", refusesForm, anchor, seconds);
test(
  "an anchor it doesn't know",
  refusesForm,
  { purpose: "user_data", "expires_after[anchor]": "last_used", [seconds]: "3600" },
  "expires_after[anchor]",
);

const refusesQuery = test.macro({
  title: (_, query: string) => `refuses to list with ${query}`,
  async exec(t, query: string, param: string) {
    await using opened = await open();
    const { url, key } = opened.sandbox;
    const answer = await fetch(`${url}/files?${query}`, {
      headers: { authorization: `Bearer ${key}` },
    });
    t.is(answer.status, 400);
    t.like(await answer.json(), { error: { param, code: "invalid_value" } });
  },
});

test(refusesQuery, "limit=0", "limit");
test(refusesQuery, "limit=many", "limit");
test(refusesQuery, "order=up", "order");
test(refusesQuery, "after=file-gone", "after");

test("refuses an upload over 512 MB before it has come", async (t) => {
  await using opened = await open();
  const { url, key } = opened.sandbox;
  const { promise, resolve, reject } = Promise.withResolvers<number | undefined>();
  const sending = request(`${url}/files`, {
    method: "POST",
    headers: {
      authorization: `Bearer ${key}`,
      "content-type": "multipart/form-data; boundary=x",
      "content-length": 600_000_000,
    },
  });
  sending.on("response", ({ statusCode }) => resolve(statusCode)).on("error", reject);
  sending.write("--x\r\n");
  t.is(await promise, 413);
  sending.destroy();
});

const refusesBody = test.macro({
  title: (title) => `refuses ${title}`,
  async exec(t, type: string, body: string) {
    await using opened = await open();
    const { url, key } = opened.sandbox;
    const answer = await fetch(`${url}/files`, {
      method: "POST",
      headers: { authorization: `Bearer ${key}`, "content-type": type },
      body,
    });
    t.is(answer.status, 400);
    t.regex(await answer.text(), /multipart form/);
  },
});

test("an upload that is no form", refusesBody, "application/json", "{}");
test(
  "a form that breaks off",
  refusesBody,
  "multipart/form-data; boundary=x",
  "--x\r\nContent-Dis",
);
