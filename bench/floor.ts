import { createReadStream } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import OpenAI, { toStreamingFile } from "openai";
import PQueue from "p-queue";
import { loadConfig } from "../src/config/load.ts";
import { prepareProfile } from "../src/openai/profile.ts";
import { requestFor } from "../src/openai/prompt.ts";
import { startInspector } from "../src/pdf/inspector.ts";

/**
 * The least that reading documents can take here: the bare SDK makes the calls that autod makes, with the same
 * looks into the PDFs before, and nothing is written, kept, checked or moved.
 *
 *     node bench/floor.ts autod.yaml      # then, on any message: all that lies in the inbox
 */
const { folders, profiles, servers, concurrency } = await loadConfig({
  flags: { config: process.argv[2] ?? "" },
  env: {},
});
const inbox = folders[0]?.inbox ?? "";
const { default: settings } = profiles;
if (!settings) throw new Error("no profile");
const { instructions, jsonSchema } = prepareProfile("default", settings);
const { model, effort, serviceTier, maxOutputTokens } = settings;
const { baseUrl, resumable } = servers["openai"] ?? {};
const inBackground = resumable !== false;
const client = new OpenAI({ baseURL: baseUrl, maxRetries: 0 });
await using inspector = startInspector();
await inspector.tokens("it is at work");

async function read(path: string): Promise<void> {
  await inspector.inspect(path);
  const file = toStreamingFile(createReadStream(path), "document.pdf", { type: "application/pdf" });
  const { id } = await client.files.create({ file, purpose: "user_data" });
  const asked = await client.responses.create({
    model,
    instructions,
    input: [
      {
        role: "user",
        content: [
          { type: "input_text", text: requestFor({ input: "file" }) },
          { type: "input_file", file_id: id, detail: "low" },
        ],
      },
    ],
    text: { format: { type: "json_schema", name: "document", schema: jsonSchema, strict: true } },
    max_output_tokens: maxOutputTokens,
    reasoning: { effort },
    service_tier: serviceTier,
    store: inBackground,
    background: inBackground,
  });
  if (inBackground) {
    for (let wait = 50; !(await isDone(asked.id)); wait = Math.min(2 * wait, 2_000)) {
      await setTimeout(wait);
    }
    await client.responses.delete(asked.id);
  }
  await client.files.delete(id);
}

async function isDone(id: string): Promise<boolean> {
  const { status, output_text: text } = await client.responses.retrieve(id);
  if (status === "completed") JSON.parse(text);
  return status === "completed";
}

/** Nothing is moved away: what was read lies there still. */
const known = new Set<string>();
process.on("message", async () => {
  const queue = new PQueue({ concurrency });
  for (const name of await readdir(inbox)) {
    if (known.has(name)) continue;
    known.add(name);
    void queue.add(() => read(join(inbox, name)));
  }
  await queue.onIdle();
  process.send?.("done");
});
process.send?.("ready");
await new Promise((resolve) => process.once("disconnect", resolve));
