import { execFile, fork } from "node:child_process";
import { once } from "node:events";
import { mkdir, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { setImmediate as tick } from "node:timers/promises";
import { promisify } from "node:util";
import test, { type ExecutionContext } from "ava";
import PdfDocument from "pdfkit";
import { dir } from "tmp-promise";
import type { AutodError } from "../../src/errors.ts";
import { type Inspection, type Inspector, startInspector } from "../../src/pdf/inspector.ts";
import { corpus, withCorpus } from "../helpers/corpus.ts";
import { invoice, pdf, writeLargePdf } from "../helpers/pdf.ts";
import { handmade, withContent, withoutEnd } from "./handmade.ts";
import { groupOf, inspecting, untilNoneInspects } from "./processes.ts";

/** One for all tests that only look; the others start their own. */
const shared = startInspector();
test.after.always(() => shared[Symbol.asyncDispose]());

async function folder(t: ExecutionContext): Promise<string> {
  const { path, cleanup } = await dir({ unsafeCleanup: true });
  t.teardown(cleanup);
  return path;
}

async function saved(t: ExecutionContext, bytes: Uint8Array | string): Promise<string> {
  const path = join(await folder(t), "scan0001.pdf");
  await writeFile(path, bytes);
  return path;
}

const finds = test.macro({
  exec: async (t, bytes: Promise<Uint8Array> | Uint8Array, expected: Partial<Inspection>) =>
    t.like(await shared.inspect(await saved(t, await bytes)), expected),
  title: (what) => `finds what is in ${what}`,
});

const line = "Invoice number RE-1, total amount 95.20 EUR";
const plain = withContent(Buffer.from(`BT /F 12 Tf 50 700 Td (${line}) Tj ET`));
const after = (junk: number) => Buffer.concat([Buffer.alloc(junk, "x"), plain]);
const withText = { pages: 1, textPages: 1, encrypted: false, characters: line.length };

test("one page", finds, pdf({ pages: [line] }), withText);
test("pages with and without text", finds, pdf({ pages: [line, "", line, ""] }), {
  pages: 4,
  textPages: 2,
  characters: 2 * line.length,
});
test("pages without any text", finds, pdf({ pages: ["", ""] }), {
  pages: 2,
  textPages: 0,
  characters: 0,
});
test("a page with a page number only", finds, pdf({ pages: ["page 1 of 1"] }), {
  textPages: 0,
  characters: 11,
});
test("many pages", finds, pdf({ pages: Array.from({ length: 300 }, () => line) }), {
  pages: 300,
  textPages: 300,
  characters: 300 * line.length,
});
test("a PDF made by hand", finds, plain, withText);
test("a PDF after some junk", finds, after(10), withText);
test("a PDF after as much junk as may be", finds, after(1_023), withText);
test(
  "a PDF with junk after its end",
  finds,
  Buffer.concat([plain, Buffer.alloc(5_000, "x")]),
  withText,
);
test("a PDF without its table", finds, plain.subarray(0, plain.lastIndexOf("xref\n")), withText);
test("a PDF that opens without its password", finds, encrypted(), {
  ...withText,
  encrypted: true,
});

const fails = test.macro({
  exec: async (t, bytes: Promise<Uint8Array> | Uint8Array, code: string) => {
    const path = await saved(t, await bytes);
    const inspected = await t.throwsAsync(shared.inspect(path), { name: "AutodError", code });
    const read = await t.throwsAsync(shared.text(path), { name: "AutodError", code });
    t.is(inspected?.message, read?.message);
  },
  title: (what, _, code) => `${what} is ${String(code)}`,
});

/** With a password for changing it only. */
function encrypted(): Promise<Buffer> {
  const document = new PdfDocument({ ownerPassword: "secret" });
  const whole = buffer(document);
  document.text(line).end();
  return whole;
}

const withPages = (dictionary: string) =>
  handmade([
    { dictionary: "/Type /Catalog /Pages 2 0 R" },
    { dictionary: `/Type /Pages ${dictionary}` },
  ]);

test("an empty file", fails, Buffer.alloc(0), "FILE_EMPTY");
test("junk", fails, Buffer.alloc(4_000, "junk "), "NOT_A_PDF");
test("a file of one byte", fails, Buffer.from("%"), "NOT_A_PDF");
test("a picture", fails, Buffer.from([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10]), "NOT_A_PDF");
test("a page of the web", fails, Buffer.from("<!doctype html><p>Please log in"), "NOT_A_PDF");
test("a PDF after more junk than may be", fails, after(1_024), "NOT_A_PDF");
test("a header and nothing else", fails, Buffer.from("%PDF-1.7"), "PDF_DAMAGED");
test("a header and junk", fails, Buffer.from(`%PDF-1.7\n${"junk ".repeat(2_000)}`), "PDF_DAMAGED");
test(
  "a PDF cut within its page",
  fails,
  invoice("RE-1").then((whole) => whole.subarray(0, 200)),
  "PDF_DAMAGED",
);
test("a PDF without pages", fails, withPages("/Kids [] /Count 0"), "PDF_DAMAGED");
test("a PDF whose pages aren't there", fails, withPages("/Kids [9 0 R] /Count 0"), "PDF_DAMAGED");
test("a PDF with a password", fails, pdf({ pages: [line], password: "secret" }), "PDF_PASSWORD");

test("reads the text of each page, empty ones too", async (t) => {
  const path = await saved(t, await pdf({ pages: ["Rechnung für März: 5,00 €", "", "Ende"] }));
  t.deepEqual(await shared.text(path), ["Rechnung für März: 5,00 €", "", "Ende"]);
});

test("reads what a PDF says of itself as a transcript, which is not its text", async (t) => {
  const info = { Title: "A scan", Transcript: "Rechnung: 5,00 €\nEnde" };
  const document = new PdfDocument({ info });
  const whole = buffer(document);
  document.end();
  const path = await saved(t, await whole);
  t.is(await shared.transcript(path), "Rechnung: 5,00 €\nEnde");
  t.deepEqual(await shared.text(path), [""]);
});

test("a page without end is read up to a limit", async (t) => {
  const content = `BT /F 12 Tf 50 700 Td ${"(abcdefghij)Tj ".repeat(21_000)} ET`;
  const path = await saved(t, withContent(Buffer.from(content)));
  const { characters, text } = await shared.inspect(path);
  t.is(characters, 200_000);
  t.is(text[0]?.length, 200_000);
  t.is((await shared.text(path))[0]?.length, 200_000);
});

test("an inspection hands on what the pages say, and of very much the beginning", async (t) => {
  const page = "twenty characters.. ".repeat(600);
  const path = await saved(t, await pdf({ pages: ["Rechnung", "", ...Array(20).fill(page)] }));
  const { text, characters, pages } = await shared.inspect(path);
  t.is(text.length, pages);
  t.deepEqual(text.slice(0, 2), ["Rechnung", ""]);
  t.true(characters > 200_000);
  t.is(text.join("").length, 200_000);
  t.is(text.at(-1), "");
});

test("of very many pages the last are reckoned from the first", async (t) => {
  const kids = Array.from({ length: 2_400 }, (_, index) => `${index + 5} 0 R`).join(" ");
  const page =
    "/Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Resources <</Font <</F 3 0 R>>>>";
  const path = await saved(
    t,
    handmade([
      { dictionary: "/Type /Catalog /Pages 2 0 R" },
      { dictionary: `/Type /Pages /Kids [${kids}] /Count 2400` },
      { dictionary: "/Type /Font /Subtype /Type1 /BaseFont /Helvetica" },
      { dictionary: "", stream: Buffer.from("BT /F 12 Tf (twenty characters..) Tj ET") },
      ...Array.from({ length: 2_400 }, (_, index) => ({
        dictionary: `${page}${index % 2 ? "" : " /Contents 4 0 R"}`,
      })),
    ]),
  );
  t.deepEqual(await shared.inspect(path), {
    pages: 2_400,
    encrypted: false,
    textPages: 1_200,
    characters: 1_200 * 19,
    tokens: 1_200 * 4,
    formats: [{ width: 600, height: 800, pages: 2_400 }],
    text: Array.from({ length: 2_000 }, (_, index) => (index % 2 ? "" : "twenty characters..")),
  });
  t.is((await shared.text(path)).length, 2_000);
});

test("a pipe is not waited for", async (t) => {
  const path = join(await folder(t), "pipe.pdf");
  await promisify(execFile)("mkfifo", [path]);
  await t.throwsAsync(shared.inspect(path), { code: "FILE_EMPTY" });
});

test("what the system says of a path is no fault of a document", async (t) => {
  const place = await folder(t);
  await writeFile(join(place, "scan0001.pdf"), plain);
  await symlink(join(place, "scan0001.pdf"), join(place, "link.pdf"));
  await mkdir(join(place, "folder.pdf"));
  for (const look of [shared.inspect, shared.text]) {
    await t.throwsAsync(look(join(place, "link.pdf")), { code: "ELOOP" });
    await t.throwsAsync(look(join(place, "none.pdf")), { code: "ENOENT" });
    await t.throwsAsync(look(join(place, "folder.pdf")), { code: "EISDIR" });
  }
  t.like(await shared.inspect(join(place, "scan0001.pdf")), withText);
});

test("a PDF that takes too long costs itself only", async (t) => {
  await using inspector = startInspector({ timeout: 2_000, memory: 4_000_000_001 });
  const [hostile, innocent] = [await saved(t, withoutEnd()), await saved(t, plain)];

  const asked = [inspector.inspect(hostile), inspector.inspect(innocent)] as const;

  await t.throwsAsync(asked[0], {
    name: "AutodError",
    code: "PDF_TOO_HARD",
    message: "looking into the PDF took too much time",
  });
  // Only a process that isn't within the first can tell.
  t.like(await asked[1], withText);
  t.is((await inspecting(4_000_000_001)).length, 1);
});

test("a PDF that takes too much memory costs itself only", async (t) => {
  const memory = 200_000_001;
  await using inspector = startInspector({ memory });
  const hostile = await saved(t, withContent(Buffer.alloc(150_000_000)));
  const innocent = await saved(t, plain);
  t.like(await inspector.inspect(innocent), withText);
  const [before] = await inspecting(memory);

  const asked = [inspector.inspect(hostile), inspector.inspect(innocent)] as const;

  await t.throwsAsync(asked[0], {
    name: "AutodError",
    code: "PDF_TOO_HARD",
    message: "looking into the PDF took too much memory",
  });
  t.like(await asked[1], withText);
  const now = await inspecting(memory);
  t.is(now.length, 1);
  t.not(now[0], before);
});

test("two at the same time are both right", async (t) => {
  const bytes = [
    await pdf({ pages: [line] }),
    await pdf({ pages: [line, line] }),
    Buffer.from("x"),
  ];
  const paths = await Promise.all(bytes.map((one) => saved(t, one)));
  const [one, two, none, again] = await Promise.allSettled([
    shared.inspect(paths[0]!),
    shared.inspect(paths[1]!),
    shared.inspect(paths[2]!),
    shared.text(paths[1]!),
  ]);
  t.like(one, { value: { pages: 1 } });
  t.like(two, { value: { pages: 2 } });
  t.like(none, { reason: { code: "NOT_A_PDF" } });
  t.like(again, { value: [line, line] });
});

test("one process answers one question after the other", async (t) => {
  const memory = 400_000_008;
  await using inspector = startInspector({ memory });
  const path = await saved(t, plain);
  await inspector.inspect(path);
  const [first] = await inspecting(memory);
  t.truthy(first);
  await inspector.text(path);
  t.deepEqual(await inspecting(memory), [first]);
});

test("without work the process is ended, and started again when there is some", async (t) => {
  const memory = 400_000_002;
  await using inspector = startInspector({ idle: 50, memory });
  const path = await saved(t, plain);
  t.like(await inspector.inspect(path), withText);
  await untilNoneInspects(memory);
  t.like(await inspector.inspect(path), withText);
});

test("a process that was killed without work is replaced, and no document pays for it", async (t) => {
  const memory = 400_000_003;
  await using inspector = startInspector({ memory });
  const path = await saved(t, plain);
  await inspector.inspect(path);
  for (const id of await inspecting(memory)) process.kill(id, "SIGKILL");
  t.like(await inspector.inspect(path), withText);
  for (const id of await inspecting(memory)) process.kill(id, "SIGKILL");
  await untilNoneInspects(memory);
  t.like(await inspector.inspect(path), withText);
});

test("what tells a whole terminal, or a whole service, to stop doesn't reach the process", async (t) => {
  const memory = 400_000_010;
  await using inspector = startInspector({ memory });
  const path = await saved(t, plain);
  await inspector.inspect(path);
  const [id] = await inspecting(memory);
  t.not(await groupOf(id!), await groupOf(process.pid), "Ctrl+C goes to a group of processes");
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.kill(id!, signal);
  t.like(await inspector.inspect(path), withText);
  t.deepEqual(await inspecting(memory), [id]);
});

test("what was begun is ended before an inspector is disposed, and no process stays", async (t) => {
  const memory = 400_000_004;
  const inspector: Inspector = startInspector({ memory });
  const path = await saved(t, plain);
  const asked = inspector.inspect(path);
  const last = inspector.text(path);
  await inspector[Symbol.asyncDispose]();
  t.like(await asked, withText);
  t.deepEqual(await last, [line]);
  t.deepEqual(await inspecting(memory), []);
});

test("told to stop, it leaves a hard PDF and all that waits behind it, and no process stays", async (t) => {
  const memory = 4_000_000_009;
  const stopping = new AbortController();
  await using inspector = startInspector({ memory, timeout: 600_000, signal: stopping.signal });
  const [hard, easy] = [await saved(t, withoutEnd()), await saved(t, plain)];
  t.like(await inspector.inspect(easy), withText);
  const asked = [inspector.inspect(hard), inspector.inspect(easy)];
  // By then it is within the hard one.
  await tick();
  const reason = new Error("stopped");
  stopping.abort(reason);
  for (const one of [...asked, inspector.text(easy)]) t.is(await t.throwsAsync(one), reason);
  t.deepEqual(await inspecting(memory), []);
});

test("one that was never asked has nothing to end", async (t) => {
  const memory = 400_000_005;
  await startInspector({ memory })[Symbol.asyncDispose]();
  t.deepEqual(await inspecting(memory), []);
});

test("a process doesn't outlive its program, though it be within a hard PDF", async (t) => {
  const [orphaned, other] = [4_000_000_006, 4_000_000_007];
  const paths = [await saved(t, plain), await saved(t, withoutEnd())] as const;
  await using inspector = startInspector({ memory: other, timeout: 600_000 });
  const asked = inspector.inspect(paths[1]);
  const fixture = join(import.meta.dirname, "fixtures/inspect.ts");
  const program = fork(fixture, [...paths, String(orphaned)], { execArgv: [] });
  await once(program, "message");
  t.is((await inspecting(orphaned)).length, 1);

  program.kill("SIGKILL");
  await untilNoneInspects(orphaned);

  // The same PDF keeps one that isn't alone for longer.
  const [kept] = await inspecting(other);
  t.truthy(kept);
  process.kill(kept!, "SIGKILL");
  await t.throwsAsync(asked, { code: "PDF_TOO_HARD" });
});

test("a PDF of 100 MB is looked into without its size in memory", async (t) => {
  const path = join(await folder(t), "large.pdf");
  await writeLargePdf(path, 100_000_000);
  // One that has counted tokens holds about 220 MB.
  await using inspector = startInspector({ memory: 280_000_000 });
  const small = await inspector.inspect(await saved(t, await invoice("LARGE-1")));
  t.deepEqual(await inspector.inspect(path), small);
});

// The collection is too large to lie here; where it isn't at hand, the PDFs made above must do.
withCorpus(
  "PDFs from everywhere are looked into, none hangs, and each gets what it deserves",
  async (t) => {
    await using inspector = startInspector();
    const index = await readFile(join(corpus, "index.jsonl"), "utf8");
    const expected = index
      .trim()
      .split("\n")
      .map((row) => JSON.parse(row) as Collected);
    t.is(expected.length, (await readdir(corpus)).filter((name) => name.endsWith(".pdf")).length);
    for (const { file, category, pages } of expected) {
      const found = await inspector
        .inspect(join(corpus, file))
        .catch((error: AutodError) => error.code);
      if (["ok", "scan"].includes(category)) t.like(found, { pages, encrypted: false }, file);
      if (category === "encrypted-password") t.is(found, "PDF_PASSWORD", file);
      if (category === "notpdf") t.is(found, "NOT_A_PDF", file);
      if (typeof found === "string") t.not(found, "PDF_TOO_HARD", file);
    }
  },
);

interface Collected {
  readonly file: string;
  readonly category: string;
  readonly pages: number | null;
}
