import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, readFile, rename } from "node:fs/promises";
import { basename, join } from "node:path";
import { watch } from "chokidar";
import { JSONFilePreset } from "lowdb/node";
import OpenAI, { toFile } from "openai";
import { zodTextFormat } from "openai/helpers/zod";
import PQueue from "p-queue";
import type { z } from "zod";
import { extraction } from "../src/extraction.ts";

// What a competent user writes in an evening, and is content with.
const { INBOX = "", ARCHIVE = "", DATABASE = "" } = process.env;

// It wants to know what autod wants to know, and keeps it.
const Paper = extraction.omit({ fields: true });
type Entry = z.infer<typeof Paper> & { file: string; at: string; tokens: number };

const client = new OpenAI();
const db = await JSONFilePreset<{ papers: Record<string, Entry> }>(DATABASE, { papers: {} });
const queue = new PQueue({ concurrency: 8 });

async function file(path: string): Promise<void> {
  const sha256 = createHash("sha256")
    .update(await readFile(path))
    .digest("hex");
  if (db.data.papers[sha256]) return;
  const pdf = await toFile(createReadStream(path), basename(path), { type: "application/pdf" });
  const uploaded = await client.files.create({ file: pdf, purpose: "user_data" });
  const response = await client.responses.parse({
    model: "gpt-5.6-luna",
    input: [
      {
        role: "user",
        content: [
          { type: "input_text", text: "Describe this document for my filing system." },
          { type: "input_file", file_id: uploaded.id },
        ],
      },
    ],
    text: { format: zodTextFormat(Paper, "paper") },
    reasoning: { effort: "low" },
    store: false,
  });
  await client.files.delete(uploaded.id);
  const paper = response.output_parsed;
  if (!paper) throw new Error(`no answer for ${path}`);
  const clean = (text: string | null) => text?.replaceAll(/[^\p{L}\p{N} .-]/gu, " ").trim();
  const name = `${paper.documentDate} ${clean(paper.issuer)} - ${clean(paper.title)} ${sha256.slice(0, 6)}.pdf`;
  const target = join(ARCHIVE, clean(paper.category) ?? "Other", name);
  await mkdir(join(target, ".."), { recursive: true });
  await rename(path, target);
  const tokens = response.usage?.total_tokens ?? 0;
  const entry = { ...paper, file: target, at: new Date().toISOString(), tokens };
  await db.update(({ papers }) => (papers[sha256] = entry));
  process.send?.("filed");
}

watch(INBOX, { awaitWriteFinish: { stabilityThreshold: 100, pollInterval: 50 } })
  .on("add", (path) => {
    queue.add(() => file(path)).catch((error) => console.error(`${basename(path)}: ${error}`));
  })
  .on("ready", () => process.send?.("ready"));
