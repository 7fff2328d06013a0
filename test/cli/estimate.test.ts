import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import test from "ava";
import { appraisal, type Tier } from "../../src/intake/appraise.ts";
import { parseAmount } from "../../src/money/amount.ts";
import { autod } from "../helpers/cli.ts";
import { sha256 } from "../helpers/expect-filed.ts";
import { emptyFolder } from "../helpers/folder.ts";
import { type Home, makeHome } from "../helpers/home.ts";
import { invoice, pdf } from "../helpers/pdf.ts";
import { homeAt, runOnce } from "../helpers/run-once.ts";
import { openSandbox } from "../helpers/sandbox.ts";
import { seededRecord, seedStore } from "../helpers/seeded-store.ts";

const ask = (home: Home, ...words: string[]) =>
  autod(["estimate", ...words, "--config", home.configFile]);

test("what files and folders would cost is told, and nothing is made or sent", async (t) => {
  await using home = await makeHome();
  const folder = await emptyFolder(t);
  await mkdir(join(folder, "more"));
  const one = await invoice("RE-1");
  const known = await invoice("RE-2");
  await writeFile(join(folder, "one.pdf"), one);
  await writeFile(join(folder, "more", "again.pdf"), one);
  await writeFile(join(folder, "known.pdf"), known);
  await writeFile(join(folder, "locked.pdf"), await pdf({ pages: ["x"], password: "secret" }));
  await writeFile(join(folder, "notes.txt"), "milk");
  const filedAs = join(home.archive, "known.pdf");
  await writeFile(filedAs, known);
  const record = seededRecord(1, { sha256: sha256(known), bytes: known.length, filedAs });
  await seedStore(home.config.dataDir, [{ ...record, id: sha256(known).slice(0, 12) }]);
  const before = await readdir(home.folder, { recursive: true });

  const { code, stdout, stderr } = await ask(home, folder);
  t.is(stderr, "");
  t.is(code, 1, "one of them can't be read");
  const { id } = (await home.records())[0] ?? {};
  t.deepEqual(stdout.split("\n"), [
    "to be read        pages  tokens     about  at most",
    "  more/again.pdf      1   1,871  $0.00097   $0.012",
    "",
    "not to be read  why",
    `  known.pdf     is known as ${id}`,
    "  locked.pdf    the PDF needs a password (PDF_PASSWORD)",
    "  one.pdf       has the same bytes as more/again.pdf",
    "",
    "1 document, 1 page, 1,871 tokens to gpt-5.6-luna",
    "  default  about $0.00097, at most $0.012  (the profile's tier)",
    "  flex     about $0.00049, at most $0.012",
    "1 file is no PDF by name",
    "Nothing was sent.",
    "",
  ]);
  t.deepEqual(await readdir(home.folder, { recursive: true }), before);
});

test("where only text is sent, a scan without any is refused, and a free model costs nothing", async (t) => {
  const local = { server: "local", model: "llama3.2", input: "text" };
  await using home = await makeHome({
    profiles: { default: {}, local },
    servers: { local: { baseUrl: "http://127.0.0.1:9/v1" } },
    prices: { "llama3.2": { input: 0, output: 0 } },
    budget: { perDocument: 0, perDay: 0, perMonth: 0 },
  });
  const folder = await emptyFolder(t);
  await writeFile(join(folder, "letter.pdf"), await invoice("RE-1"));
  await writeFile(join(folder, "scan.pdf"), await pdf({ pages: [""] }));
  const { stdout } = await ask(home, folder, "--profile", "local", "--json");
  const { files, total } = appraisal.parse(JSON.parse(stdout));
  t.like(files, [
    { name: "letter.pdf", verdict: "read" },
    { name: "scan.pdf", verdict: "refused", code: "TEXT_MISSING" },
  ]);
  const free = { costUsd: "0", upperCostUsd: "0" };
  t.like(total, { documents: 1, costs: { default: free, flex: free } });
});

test("what it says a document costs is what a run reckons with, at whatever tier", async (t) => {
  await using sandbox = await openSandbox();
  for (const serviceTier of ["default", "flex"]) {
    await using home = await homeAt(sandbox, { profiles: { default: { serviceTier } } });
    const path = await home.drop("scan.pdf", await invoice("RE-1"));
    const { stdout, code } = await ask(home, path, "--json");
    t.is(code, 0);
    const { files, total, ...asked } = appraisal.parse(JSON.parse(stdout));
    t.like(asked, { profile: "default", model: "gpt-5.6-luna", serviceTier });
    await runOnce(home, sandbox);
    const [record] = await home.records();
    const { costUsd, upperCostUsd, inputTokens } = record?.estimate ?? {};
    t.like(files[0], { verdict: "read", inputTokens: inputTokens ?? 0, pages: 1 });
    t.deepEqual(total.costs[serviceTier as Tier], { costUsd, upperCostUsd } as never);
    t.is(parseAmount(total.costs.default.costUsd), 2n * parseAmount(total.costs.flex.costUsd));
  }
});

test("what could cost more than a document may, or is too much, is refused before it is sent", async (t) => {
  await using home = await makeHome({ limits: { maxPages: 1 }, budget: { perDocument: 0.001 } });
  const long = await home.drop("long.pdf", await pdf({ pages: ["a", "b"] }));
  const dear = await home.drop("dear.pdf", await invoice("RE-1"));
  const { stdout } = await ask(home, long, dear, "--json");
  const { files, total } = JSON.parse(stdout);
  t.like(files, [
    { name: "dear.pdf", code: "OVER_BUDGET" },
    { name: "long.pdf", code: "TOO_MANY_PAGES" },
  ] as never);
  t.is(total.documents, 0);
});

test("another profile is reckoned with by its own model, and one that isn't there is named", async (t) => {
  const profiles = { default: {}, dear: { model: "gpt-5.6-sol" } };
  await using home = await makeHome({ profiles, budget: { perDocument: null } });
  const path = await home.drop("scan.pdf", await invoice("RE-1"));
  const { stdout } = await ask(home, path, "--profile", "dear");
  t.regex(stdout, /tokens to gpt-5\.6-sol$/m);
  const { code, stderr } = await ask(home, path, "--profile", "deer");
  t.is(code, 2);
  t.regex(stderr, /no profile is called deer.*dear/);
});

test("a model without a price can't be reckoned with", async (t) => {
  await using home = await makeHome({ profiles: { default: { model: "gpt-99" } } });
  const path = await home.drop("scan.pdf", await invoice("RE-1"));
  const { code, stderr } = await ask(home, path);
  t.not(code, 0);
  t.regex(stderr, /there is no known price for gpt-99/);
});
