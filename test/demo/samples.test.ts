import { createHash } from "node:crypto";
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import test from "ava";
import OpenAI from "openai";
import { withDir } from "tmp-promise";
import { makeSamples } from "../../src/demo/samples.ts";
import { startSandbox } from "../../src/sandbox/sandbox.ts";
import { startPdfReader } from "./pdf-reader.ts";

const inFolder = (use: (folder: string) => Promise<void>) =>
  withDir(({ path }) => use(path), { unsafeCleanup: true });

async function digests(folder: string): Promise<string[]> {
  const samples = await makeSamples(folder);
  const contents = await Promise.all(samples.map(({ path }) => readFile(path)));
  return contents.map((content) => createHash("sha256").update(content).digest("hex"));
}

test("writes six PDFs, one of them twice", async (t) => {
  await inFolder(async (folder) => {
    const made = await digests(join(folder, "new"));
    t.is(made.length, 6);
    t.is(new Set(made).size, 5);
    t.is(made[0], made[5]);
  });
});

test("names what it wrote", async (t) => {
  await inFolder(async (folder) => {
    const samples = await makeSamples(folder);
    t.deepEqual(samples.map(({ name }) => name).toSorted(), (await readdir(folder)).toSorted());
    for (const { name, path, about } of samples) {
      t.is(path, join(folder, name));
      t.true(about.length > 0);
    }
  });
});

test("makes the same bytes each time", async (t) => {
  await inFolder(async (folder) => {
    t.deepEqual(await digests(join(folder, "a")), await digests(join(folder, "b")));
  });
});

const expected = {
  "scan0001.pdf": {
    title: "Electricity bill",
    category: "Utilities",
    kind: "invoice",
    issuer: "Larkmoor Electric Ltd",
    recipient: "Jane Doe",
    documentDate: "2026-01-15",
    dueDate: "2026-02-05",
    periodStart: "2025-12-01",
    totalAmount: "86.19",
    currency: "GBP",
    number: "LE-2026-00417",
  },
  "scan0002.pdf": {
    title: "Rechnung 2026-0037",
    language: "de",
    issuer: "Tischlerei Birkenhain GmbH",
    recipient: "Jane Doe",
    documentDate: "2026-02-03",
    dueDate: "2026-02-17",
    totalAmount: "1487.50",
    currency: "EUR",
    number: "2026-0037",
  },
  "IMG_2044.pdf": {
    title: "Sales receipt",
    kind: "receipt",
    issuer: "Copper Kettle Hardware LLC",
    documentDate: "2026-02-21",
    totalAmount: "154.86",
    currency: "USD",
    number: "R-20418",
  },
  "Document (3).pdf": {
    title: "Account statement",
    category: "Banking",
    kind: "statement",
    issuer: "Elmbridge Mutual Bank",
    documentDate: "2026-01-31",
    periodEnd: "2026-01-31",
    totalAmount: "2318.75",
    currency: "GBP",
    number: "00418827",
  },
  "scan0003.pdf": {
    title: "Your library card is renewed",
    kind: "letter",
    issuer: "Willowbrook Public Library",
    documentDate: "2026-02-20",
    totalAmount: null,
    number: "WPL-5521",
  },
};

test("are read right by the sandbox", async (t) => {
  await inFolder(async (folder) => {
    await using sandbox = await startSandbox({ readText: await startPdfReader() });
    const client = new OpenAI({ baseURL: sandbox.url, apiKey: sandbox.key, maxRetries: 0 });
    for (const { name, path } of await makeSamples(folder)) {
      const content = new Uint8Array(await readFile(path));
      const file = new File([content], name, { type: "application/pdf" });
      const { id } = await client.files.create({ file, purpose: "user_data" });
      const { output_text: text } = await client.responses.create({
        model: "gpt-5.6-luna",
        input: [{ role: "user", content: [{ type: "input_file", file_id: id }] }],
        text: { format: { type: "json_object" } },
      });
      const read = JSON.parse(text) as { references: { value: string }[] };
      const { number, ...rest } =
        expected[(name === "scan0004.pdf" ? "scan0001.pdf" : name) as keyof typeof expected];
      t.like(read, rest, name);
      t.is(read.references[0]?.value, number);
    }
  });
});
