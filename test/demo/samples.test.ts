import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import test from "ava";
import OpenAI from "openai";
import { withDir } from "tmp-promise";
import { makeSamples } from "../../src/demo/samples.ts";
import { textOfBytes, transcriptOfBytes } from "../../src/pdf/bytes.ts";
import type { Reading } from "../../src/sandbox/reading/reading.ts";
import { startSandbox } from "../../src/sandbox/sandbox.ts";
import { openScanner } from "./scanner.ts";

const scanner = openScanner();
test.after.always(() => scanner[Symbol.asyncDispose]());
const { inspector, scan } = scanner;

const inFolder = (use: (folder: string) => Promise<void>) =>
  withDir(({ path }) => use(path), { unsafeCleanup: true });

async function digests(folder: string): Promise<string[]> {
  const samples = await makeSamples(folder, scan);
  const contents = await Promise.all(samples.map(({ path }) => readFile(path)));
  return contents.map((content) => createHash("sha256").update(content).digest("hex"));
}

test("writes a dozen PDFs, one of them twice, and names what it wrote", async (t) => {
  await inFolder(async (folder) => {
    const samples = await makeSamples(join(folder, "new"), scan);
    const names = samples.map(({ name }) => name);
    t.is(samples.length, 12);
    t.deepEqual(names.toSorted(), (await readdir(join(folder, "new"))).toSorted());
    for (const { name, path } of samples) t.is(path, join(folder, "new", name));
  });
});

test("told to stop, it draws no further one", async (t) => {
  await inFolder(async (folder) => {
    const stopping = new AbortController();
    const samples = await makeSamples(
      folder,
      async (sheet) => {
        stopping.abort();
        return scan(sheet);
      },
      stopping.signal,
    );
    const names = samples.map(({ name }) => name);
    t.is(names.at(-1), "IMG_2044.pdf", "the one that was on the glass");
    t.deepEqual(names.toSorted(), (await readdir(folder)).toSorted());
  });
});

test("makes the same bytes each time", async (t) => {
  await inFolder(async (folder) => {
    const made = await digests(join(folder, "a"));
    t.deepEqual(made, await digests(join(folder, "b")));
    t.is(new Set(made).size, 11);
  });
});

test("one has a password, one is damaged, one is only an image", async (t) => {
  await inFolder(async (folder) => {
    await makeSamples(folder, scan);
    const at = (name: string) => join(folder, name);
    await t.throwsAsync(inspector.inspect(at("noname.pdf")), { code: "PDF_PASSWORD" });
    await t.throwsAsync(inspector.inspect(at("file.pdf")), { code: "PDF_DAMAGED" });
    t.like(await inspector.inspect(at("IMG_2044.pdf")), { pages: 1, textPages: 0, characters: 0 });
  });
});

type Known = Partial<Reading> & { readonly number: string };

const bill: Known = {
  title: "Electricity bill",
  category: "Utilities",
  kind: "invoice",
  issuer: "Larkmoor Electric",
  recipient: "Jane Doe",
  documentDate: "2026-01-15",
  dueDate: "2026-02-05",
  periodStart: "2025-12-01",
  totalAmount: "86.19",
  currency: "GBP",
  number: "LE-2026-00417",
};

const expected: Readonly<Record<string, Known>> = {
  "scan0001.pdf": {
    title: "Invoice PG-3318",
    category: "Vehicle",
    kind: "invoice",
    language: "en",
    issuer: "Pennyfarthing Ltd",
    recipient: "Jane Doe",
    documentDate: "2026-02-09",
    dueDate: "2026-02-23",
    totalAmount: "370.80",
    currency: "GBP",
    number: "PG-3318",
  },
  "scan0002.pdf": {
    title: "Rechnung 2026-0037",
    category: "Household",
    kind: "invoice",
    language: "de",
    issuer: "Birkenhain GmbH",
    recipient: "Jane Doe",
    documentDate: "2026-02-03",
    dueDate: "2026-02-17",
    totalAmount: "1487.50",
    currency: "EUR",
    number: "2026-0037",
  },
  "doc (3).pdf": {
    title: "Account statement",
    category: "Banking",
    kind: "statement",
    issuer: "Elmbridge Bank",
    recipient: "Jane Doe",
    documentDate: "2026-01-31",
    periodEnd: "2026-01-31",
    totalAmount: "2318.75",
    currency: "GBP",
    number: "00418827",
  },
  "IMG_2044.pdf": {
    title: "Sales receipt",
    category: "Purchases",
    kind: "receipt",
    issuer: "Copper Kettle LLC",
    documentDate: "2026-02-21",
    totalAmount: "154.86",
    currency: "USD",
    number: "R-20418",
  },
  "scan0003.pdf": {
    title: "New library card",
    category: "Education",
    kind: "letter",
    issuer: "Willowbrook Library",
    recipient: "Jane Doe",
    documentDate: "2026-02-20",
    totalAmount: null,
    number: "WL-5521",
  },
  "20260212.pdf": {
    title: "Tenancy agreement",
    category: "Property",
    kind: "contract",
    issuer: "Hollowbrook Ltd",
    recipient: "Jane Doe",
    documentDate: "2026-02-12",
    periodStart: "2026-03-01",
    periodEnd: "2027-02-28",
    totalAmount: null,
    number: "HL-0092",
  },
  "file (1).pdf": {
    title: "Insurance certificate",
    category: "Insurance",
    kind: "certificate",
    issuer: "Harebell Cover",
    recipient: "Jane Doe",
    documentDate: "2026-02-18",
    periodEnd: "2027-02-28",
    totalAmount: "212.80",
    currency: "GBP",
    number: "HC-55917",
  },
  "MFP-0231.pdf": {
    title: "Laboratory report",
    category: "Health",
    kind: "report",
    issuer: "Foxglove Clinic",
    recipient: "Jane Doe",
    documentDate: "2026-02-24",
    totalAmount: null,
    number: "FC-4410",
  },
  "scan0004.pdf": bill,
  "scan0005.pdf": bill,
};

test("what can be read is read right by the sandbox", async (t) => {
  await inFolder(async (folder) => {
    await using sandbox = await startSandbox({
      readText: textOfBytes(inspector),
      readTranscript: transcriptOfBytes(inspector),
    });
    const client = new OpenAI({ baseURL: sandbox.url, apiKey: sandbox.key, maxRetries: 0 });
    const samples = await makeSamples(folder, scan);
    const read = samples.filter(({ name }) => Object.hasOwn(expected, name));
    t.is(read.length, 10);
    for (const { name, path } of read) {
      const content = new Uint8Array(await readFile(path));
      const file = new File([content], name, { type: "application/pdf" });
      const { id } = await client.files.create({ file, purpose: "user_data" });
      const { output_text: text } = await client.responses.create({
        model: "gpt-5.6-luna",
        input: [{ role: "user", content: [{ type: "input_file", file_id: id }] }],
        text: { format: { type: "json_object" } },
      });
      const said = JSON.parse(text) as Reading;
      const { number, ...rest } = expected[name] ?? bill;
      t.like(said, rest, name);
      t.is(said.references[0]?.value, number);
    }
  });
});
