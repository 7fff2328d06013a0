import test from "ava";
import { ask, open, type Opened, upload } from "../opened.ts";

/** A sandbox with an upload, where every request for a response meets a fault. */
async function openWith(kind: string): Promise<Opened & { readonly id: string }> {
  const opened = await open();
  const id = await upload(opened.client);
  opened.sandbox.setFaults([{ request: "POST /v1/responses", kinds: [kind], forever: true }]);
  return { ...opened, id };
}

test("refusal says so in place of an answer, and bills it", async (t) => {
  await using opened = await openWith("refusal");
  const { client, sandbox, id } = opened;
  const response = await client.responses.parse(ask(id));
  t.like(response, { status: "completed", output_text: "", output_parsed: null });
  const message = response.output.at(-1);
  if (message?.type !== "message") throw new Error("there is no message");
  t.like(message.content, [{ type: "refusal" }]);
  t.deepEqual(
    sandbox.bills().map(({ usage }) => usage),
    [response.usage as never],
  );
});

for (const [kind, reason] of [
  ["incomplete", "max_output_tokens"],
  ["filtered", "content_filter"],
] as const) {
  test(`${kind} breaks off within the answer, for ${reason}, and bills it`, async (t) => {
    await using opened = await openWith(kind);
    const { client, sandbox, id } = opened;
    const response = await client.responses.create(ask(id));
    t.like(response, { status: "incomplete", incomplete_details: { reason }, error: null });
    t.throws(() => JSON.parse(response.output_text) as unknown);
    t.regex(response.output_text, /^\{"title":"Elec/);
    t.deepEqual(sandbox.bills()[0]?.usage, response.usage as never);
  });
}

test("failed fails with the code that it is told, and bills what it says", async (t) => {
  await using opened = await openWith("failed");
  const { client, sandbox, id } = opened;
  const response = await client.responses.create(ask(id));
  t.like(response, { status: "failed", error: { code: "server_error" }, output_text: "" });
  t.deepEqual(sandbox.bills()[0]?.usage, response.usage as never);

  sandbox.setFaults([{ request: "POST /v1/responses", kinds: ["failed:invalid_prompt"] }]);
  const other = await client.responses.create(ask(id));
  t.like(other, { status: "failed", error: { code: "invalid_prompt" } });
});

test("invalid answers in JSON that the schema doesn't allow, and bills it", async (t) => {
  await using opened = await openWith("invalid");
  const { client, sandbox, id } = opened;
  const { status, output_text: text } = await client.responses.create(ask(id));
  t.is(status, "completed");
  t.deepEqual(JSON.parse(text), {
    unexpected: "Electricity bill",
    issuer: "Larkmoor Electric Ltd",
    totalAmount: "86.19",
  });
  const words = await client.responses.create({ ...ask(id), text: {} });
  t.regex(words.output_text, /^\{"unexpected":"Electricity bill, from/);
  t.is(sandbox.bills().length, 2);
});

test("a response in the background comes to the end that it is to have", async (t) => {
  await using opened = await openWith("failed");
  const { client, id: file } = opened;
  const { id, status } = await client.responses.create(ask(file, { background: true }));
  t.is(status, "queued");
  t.like(await client.responses.retrieve(id), { status: "in_progress", error: null });
  t.like(await client.responses.retrieve(id), {
    status: "failed",
    error: { code: "server_error" },
  });
});

test("one that is cancelled before has no other end", async (t) => {
  await using opened = await openWith("filtered");
  const { client, id: file } = opened;
  const { id } = await client.responses.create(ask(file, { background: true }));
  const cancelled = await client.responses.cancel(id);
  t.like(cancelled, { status: "cancelled", incomplete_details: null });
});
