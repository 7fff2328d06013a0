import { mkdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import test from "ava";
import { forecastFor } from "../../src/cli/forecast.ts";
import { type Forecast, forecast, type Prospect } from "../../src/intake/prospect.ts";
import { parkedAt } from "../../src/intake/parked.ts";
import { formatAmount, parseAmount } from "../../src/money/amount.ts";
import type { DocumentRecord } from "../../src/store/record.ts";
import { readRecords } from "../../src/store/store.ts";
import { sha256 } from "../helpers/expect-filed.ts";
import { filesBelow, type Home, makeHome } from "../helpers/home.ts";
import { bytesBelow, takesAnyBytes } from "../helpers/odd-files.ts";
import { invoice, pdf } from "../helpers/pdf.ts";
import { homeAt, runOnce } from "../helpers/run-once.ts";
import { openSandbox } from "../helpers/sandbox.ts";
import { seededRecord, seedStore } from "../helpers/seeded-store.ts";
import { waitingRecord } from "./waiting.ts";

/** What is at rest is looked into at once. */
const atRest = { settle: "0ms", patience: "0ms" };

const look = async (
  { config }: Pick<Home, "config">,
  signal = new AbortController().signal,
): Promise<Forecast> => forecast.parse(await forecastFor(config, signal, null));

/** What is said of each file, by its name. */
const byName = ({ files }: Forecast): Readonly<Record<string, Prospect>> =>
  Object.fromEntries(files.map((one) => [one.path.slice(one.path.lastIndexOf("/") + 1), one]));

const verdictsIn = (found: Forecast) =>
  Object.fromEntries(Object.entries(byName(found)).map(([name, { verdict }]) => [name, verdict]));

/** Every file of a home, with its times. */
const everything = async ({ folder }: Home) => {
  const files = await filesBelow(folder, ".");
  return await Promise.all(
    files.map(async (file) => {
      const { ino, size, mtimeMs, ctimeMs } = await stat(join(folder, file));
      return [file, ino, size, mtimeMs, ctimeMs];
    }),
  );
};

/** A record of the document that has these bytes. */
const recordOf = (bytes: Buffer, change: Partial<DocumentRecord> = {}): DocumentRecord => {
  const hash = sha256(bytes);
  return seededRecord(1, {
    id: hash.slice(0, 12),
    sha256: hash,
    bytes: bytes.length,
    ...change,
  });
};

const seed = (home: Home, ...records: readonly DocumentRecord[]) =>
  seedStore(join(home.folder, "data"), records);

test("what a document would cost is what a run reckons with, and looking touches nothing", async (t) => {
  await using sandbox = await openSandbox();
  await using home = await homeAt(sandbox, {}, atRest);
  const path = await home.drop("below/scan.pdf", await invoice("R-1"));
  const before = await everything(home);
  const found = await look(home);
  t.deepEqual(await everything(home), before);
  t.deepEqual(sandbox.requests(), []);

  await runOnce(home, sandbox);
  const [record] = await home.records();
  const { estimate, pages } = record ?? seededRecord(1);
  t.deepEqual(found.files, [
    {
      path,
      folder: "scans",
      verdict: "read",
      id: null,
      profile: "default",
      model: "gpt-5.6-luna",
      pages: pages ?? 0,
      estimate: estimate ?? { inputTokens: 0, costUsd: "0", upperCostUsd: "0" },
    },
  ]);
  t.deepEqual(found.reading, {
    pages: 1,
    inputTokens: estimate?.inputTokens ?? 0,
    costUsd: estimate?.costUsd ?? "",
    upperCostUsd: estimate?.upperCostUsd ?? "",
  });
  t.is(found.spending.day.capUsd, "2");
});

test("each is told where a run brings it", async (t) => {
  await using sandbox = await openSandbox();
  const limits = { maxPages: 2, maxBytes: "20KB" };
  await using home = await homeAt(sandbox, { limits }, atRest);
  await home.drop("good.pdf", await invoice("R-1"));
  await home.drop("again.pdf", await invoice("R-1"));
  await home.drop("locked.pdf", await pdf({ pages: ["x"], password: "secret" }));
  await home.drop("broken.pdf", "%PDF-1.7 and nothing more");
  await home.drop("text.pdf", "no PDF at all");
  await home.drop("empty.pdf", "");
  await home.drop("large.pdf", Buffer.alloc(20_001));
  await home.drop("long.pdf", await pdf({ pages: ["1", "2", "3"] }));
  await home.drop("notes.txt", "notes");
  const found = await look(home);
  const codes = Object.entries(byName(found)).flatMap(([name, one]) =>
    one.verdict === "quarantine" || one.verdict === "ignore" ? [[name, one.code]] : [],
  );
  t.deepEqual(Object.fromEntries(codes), {
    "locked.pdf": "PDF_PASSWORD",
    "broken.pdf": "PDF_DAMAGED",
    "text.pdf": "NOT_A_PDF",
    "empty.pdf": "FILE_EMPTY",
    "large.pdf": "FILE_TOO_LARGE",
    "long.pdf": "TOO_MANY_PAGES",
    "notes.txt": "NOT_NAMED_PDF",
  });
  const { archived, duplicate, quarantined, ignored } = await runOnce(home, sandbox);
  t.deepEqual([archived, duplicate, quarantined, ignored], [1, 1, 6, 1]);
});

test("of equal files one is read, and the others are its duplicates", async (t) => {
  await using home = await makeHome({}, atRest);
  const first = await home.drop("a.pdf", await invoice("R-1"));
  await home.drop("b.pdf", await invoice("R-1"));
  const found = await look(home);
  t.deepEqual(verdictsIn(found), { "a.pdf": "read", "b.pdf": "duplicate" });
  t.like(byName(found)["b.pdf"], { id: null, original: first });
  t.is(found.reading.pages, 1);
});

test("bytes that are known cost nothing while they are filed, and are filed again where they are not", async (t) => {
  await using home = await makeHome({}, atRest);
  const [there, gone, billed, free] = await Promise.all(
    ["1", "2", "3", "4"].map((n) => invoice(n)),
  );
  if (!there || !gone || !billed || !free) return t.fail();
  const filedAs = join(home.archive, "there.pdf");
  await writeFile(filedAs, there);
  const nothing = { extraction: null, filedAs: null, status: "quarantined" } as const;
  const records = [
    recordOf(there, { filedAs }),
    recordOf(gone, { filedAs: join(home.archive, "gone.pdf") }),
    recordOf(billed, nothing),
    recordOf(free, { ...nothing, calls: [], costUsd: "0" }),
  ];
  await seed(home, ...records);
  const names = ["there.pdf", "gone.pdf", "billed.pdf", "free.pdf"];
  for (const [at, bytes] of [there, gone, billed, free].entries()) {
    await home.drop(names[at] ?? "", bytes);
  }
  const found = byName(await look(home));
  const [kept, away, paid, unpaid] = records.map(({ id }) => id);
  t.like(found["there.pdf"], { verdict: "duplicate", id: kept ?? "", original: filedAs });
  t.like(found["gone.pdf"], { verdict: "file", id: away ?? "" });
  t.like(found["billed.pdf"], { verdict: "duplicate", id: paid ?? "" });
  t.like(found["free.pdf"], { verdict: "read", id: unpaid ?? "" });
  t.deepEqual(await readRecords(join(home.folder, "data")), records);
});

test("what today's budget has no room for waits, and what fits goes on", async (t) => {
  await using home = await makeHome({}, atRest);
  for (const name of ["a.pdf", "b.pdf"]) await home.drop(name, await invoice(name));
  const { estimate } = (await look(home)).files[0] as Extract<Prospect, { verdict: "read" }>;
  const [cost, upper] = [parseAmount(estimate.costUsd), parseAmount(estimate.upperCostUsd)];
  const withCap = (perDay: bigint) => {
    const budget = { ...home.config.budget, perDay: formatAmount(perDay) };
    return look({ config: { ...home.config, budget } });
  };

  const tight = await withCap(upper + cost - 1n);
  t.deepEqual(verdictsIn(tight), { "a.pdf": "read", "b.pdf": "wait" });
  const waiting = byName(tight)["b.pdf"] as Extract<Prospect, { verdict: "wait" }>;
  t.is(waiting.code, "BUDGET_EXHAUSTED");
  t.true(Date.parse(waiting.until ?? "") > Date.now());
  t.is(tight.waiting.costUsd, tight.reading.costUsd);
  t.deepEqual(verdictsIn(await withCap(upper + cost)), { "a.pdf": "read", "b.pdf": "read" });
  t.like(byName(await withCap(upper - 1n))["a.pdf"], {
    verdict: "quarantine",
    code: "OVER_BUDGET",
  });
});

test("what was put back waits until its reason is over", async (t) => {
  await using home = await makeHome({}, atRest);
  const later = new Date(2999, 0, 1).toISOString();
  const put = async (name: string, change: Partial<NonNullable<DocumentRecord["waiting"]>>) => {
    const bytes = await invoice(name);
    const parked = await parkedAt(await home.drop(name, bytes));
    const { id, sha256: hash } = recordOf(bytes);
    const code = change.reason === "account" ? "KEY_REJECTED" : "API_BUSY";
    return waitingRecord(1, code, { ...change, parked }, { id, sha256: hash, calls: [] });
  };
  const waits = await put("waits.pdf", { reason: "retry", retryAt: later });
  const due = await put("due.pdf", { reason: "retry", retryAt: "2026-01-02T00:00:00.000Z" });
  const blocked = await put("blocked.pdf", { reason: "account" });
  const undone = await put("undone.pdf", { reason: "retry" });
  await seed(home, waits, due, blocked, { ...undone, status: "undone", error: null });
  const found = await look(home);
  t.deepEqual(verdictsIn(found), {
    "waits.pdf": "wait",
    "due.pdf": "read",
    "blocked.pdf": "read",
    "undone.pdf": "wait",
  });
  t.like(byName(found)["waits.pdf"], { code: "API_BUSY", until: later });
  t.like(byName(found)["undone.pdf"], { code: "UNDONE", until: null });
  t.like(found.blocks, [{ scope: "server", name: "openai", code: "KEY_REJECTED" }]);
});

test("a model without a price keeps its documents waiting", async (t) => {
  await using home = await makeHome({ profiles: { default: { model: "gpt-0" } } }, atRest);
  await home.drop("a.pdf", await invoice("R-1"));
  t.like((await look(home)).files, [{ verdict: "wait", code: "PRICE_UNKNOWN", until: null }]);
});

test("where only text is sent, a scan without any would go to quarantine", async (t) => {
  const profiles = { default: { input: "text" } };
  await using home = await makeHome({ profiles }, atRest);
  await home.drop("scan.pdf", await pdf({ pages: ["", "page 2"] }));
  await home.drop("mixed.pdf", await pdf({ pages: ["", "Here is a page with text."] }));
  const found = await look(home);
  t.deepEqual(verdictsIn(found), { "scan.pdf": "quarantine", "mixed.pdf": "read" });
  t.like(byName(found)["scan.pdf"], { code: "TEXT_MISSING" });
});

test("what was left in staging is carried on, and what another works on is not", async (t) => {
  await using home = await makeHome({}, atRest);
  const us = "0123456789abcdef0123456789abcdef";
  await mkdir(join(home.folder, "data"));
  await writeFile(join(home.folder, "data/instance"), `${us}\n`);
  await home.drop(`.autod/staging/${us}/claim/below/mine.pdf`, await invoice("R-1"));
  await home.drop(".autod/staging/other/claim/theirs.pdf", await invoice("R-2"));
  const { files } = await look(home);
  t.like(files, [{ verdict: "read", path: join(home.inbox, "below/mine.pdf") }]);
  t.is(files.length, 1);
});

test("what may still be written is not looked into, nor what hides", async (t) => {
  await using home = await makeHome({}, { settle: "0ms", patience: "1h" });
  await home.drop("half.pdf", "%PDF-1.7 the rest is on its way");
  await home.drop("whole.pdf", await invoice("R-1"));
  await home.drop(".hidden.pdf", "x");
  await home.drop("scan.pdf.part", "x");
  const found = await look(home);
  t.deepEqual(verdictsIn(found), { "half.pdf": "unclear", "whole.pdf": "read" });
  t.like(byName(found)["half.pdf"], { code: "LOOKS_INCOMPLETE" });
});

test("a name that is no UTF-8 is told as it is printed, and not looked into", async (t) => {
  await using home = await makeHome({}, atRest);
  if (!(await takesAnyBytes(t, home.inbox))) return;
  await writeFile(bytesBelow(home.inbox, "caf\xe9.pdf"), await invoice("R-1"));
  const path = join(home.inbox, "caf%E9.pdf");
  t.like((await look(home)).files, [{ path, verdict: "unclear", code: "NAME_NO_UTF8" }]);
});

test("a folder that is away, or another's, is told and its files are not", async (t) => {
  await using home = await makeHome({}, atRest);
  await home.drop("a.pdf", await invoice("R-1"));
  const occupant = { instance: "other", host: "attic", refreshedAt: new Date().toISOString() };
  const own = await home.drop(".autod/folder.json", JSON.stringify(occupant));
  const held = await look(home);
  t.deepEqual(held.files, []);
  t.deepEqual(held.offline, [{ folder: "scans", message: "another autod works in it, on attic" }]);
  await rm(own);
  await rename(home.archive, `${home.archive}.away`);
  const { offline } = await look(home);
  t.deepEqual(offline, [{ folder: "scans", message: `${home.archive} doesn't exist` }]);
});

test("told to stop, it looks no further", async (t) => {
  await using home = await makeHome({}, atRest);
  await home.drop("a.pdf", await invoice("R-1"));
  const reason = new Error("stop");
  t.is(await t.throwsAsync(look(home, AbortSignal.abort(reason))), reason);
});
