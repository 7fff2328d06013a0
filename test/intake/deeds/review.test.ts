import { access, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import test from "ava";
import { review } from "../../../src/cli/review.ts";
import { answerIn } from "../../cli/answer.ts";
import { sha256 } from "../../helpers/expect-filed.ts";
import { filesBelow } from "../../helpers/home.ts";
import { invoice } from "../../helpers/pdf.ts";
import { runOnce } from "../../helpers/run-once.ts";
import { openOffice, type Office } from "./office.ts";

/** A document of which no check can be content: it is dated in a time to come. */
const doubtful = (number = "RE-7") => invoice(number, { date: "2099-01-15" });
const aside = async () => openOffice({ "scan.pdf": await doubtful() });

const reasonOf = async (path: string) => JSON.parse(await readFile(path, "utf8"));
const isThere = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  );

test("a document whose check fails is set aside under its own name, with why beside it", async (t) => {
  await using at = await aside();
  const { id, status, filedAs, checks, costUsd } = await at.of("scan.pdf");
  t.is(status, "review");
  t.is(filedAs, join(at.home.archive, "_review/scan.pdf"));
  const reason = await reasonOf(`${filedAs}.reason.json`);
  t.like(reason, { id, code: "DATE_IMPLAUSIBLE", stage: "extract", costUsd, checks });
  t.regex(reason.message, /^documentDate: .*2099-01-15.* is yet to come$/);
  for (const deed of ["accept", "edit", "reject"]) {
    t.true(reason.hint.includes(`autod ${deed} ${id}`), reason.hint);
  }
});

test("review shows what was set aside, why, and the name that it would have", async (t) => {
  await using at = await openOffice({
    "good.pdf": await invoice("RE-1"),
    "scan.pdf": await doubtful(),
  });
  const { id, filedAs } = await at.of("scan.pdf");
  const lines = await answerIn(at.home, review);
  t.deepEqual(lines.slice(0, 2), [
    `${id}  scan.pdf`,
    '  to check  documentDate: "2099-01-15" is yet to come',
  ]);
  const place = lines.find((line) => line.startsWith("  would be"))?.slice(12) ?? "";
  t.true(lines.includes(`  stands at ${filedAs}`), lines.join("\n"));
  await at.accept("scan.pdf");
  t.is((await at.of("scan.pdf")).filedAs, join(at.home.archive, place));
  t.deepEqual(await answerIn(at.home, review), ["nothing is set aside"]);
});

test("accept files it as it was read, and the reason goes", async (t) => {
  await using at = await aside();
  const before = await at.of("scan.pdf");
  const told = await at.accept("scan.pdf");
  const after = await at.of("scan.pdf");
  t.like(told, { verdict: "done", status: "archived", from: before.filedAs, path: after.filedAs });
  t.like(after, { status: "archived", extraction: before.extraction as object, work: null });
  t.deepEqual(
    after.checks,
    before.checks.map((check) => ({ ...check, hard: false })),
    "what was doubtful is known still",
  );
  t.is((await at.home.filed()).length, 1, "no reason is left");
  t.is(sha256(await readFile(after.filedAs ?? "")), after.sha256);
  t.is(at.sandbox.bills().length, 1);
});

test("reject gives it up: it goes to quarantine with its reason, and what it cost stays", async (t) => {
  await using at = await aside();
  const before = await at.of("scan.pdf");
  const told = await at.reject("scan.pdf");
  t.like(told, { verdict: "done", status: "quarantined" });
  const after = await at.of("scan.pdf");
  const path = join(at.home.quarantine, "scan.pdf");
  t.like(after, { filedAs: path, extraction: null, checks: [], error: { code: "REJECTED" } });
  t.is(after.costUsd, before.costUsd);
  t.like(await reasonOf(`${path}.reason.json`), { id: after.id, code: "REJECTED" });
  t.deepEqual(await at.home.filed(), ["Quarantine/scan.pdf", "Quarantine/scan.pdf.reason.json"]);
});

test("what was rejected is read anew by retry, and paid for again; equal bytes are its duplicates meanwhile", async (t) => {
  const bytes = await doubtful();
  await using at = await openOffice({ "scan.pdf": bytes });
  await at.reject("scan.pdf");
  await at.take({ "again.pdf": bytes });
  const { status: meanwhile, duplicates } = await at.of("scan.pdf");
  t.deepEqual([meanwhile, duplicates.length], ["quarantined", 1]);
  t.is(at.sandbox.bills().length, 1);

  await at.retry("scan.pdf");
  await runOnce(at.home, at.sandbox);
  const { status, calls, history } = await at.of("scan.pdf");
  t.is(status, "review");
  t.deepEqual([calls.length, at.sandbox.bills().length], [2, 2]);
  t.deepEqual(
    history.map(({ by }) => by),
    ["file", "reject", "retry", "file"],
  );
});

test("what was read before it was rejected is nothing that an undo of the later filing brings back", async (t) => {
  await using at = await aside();
  await at.reject("scan.pdf");
  await at.retry("scan.pdf");
  await runOnce(at.home, at.sandbox);
  t.like(await at.undo("scan.pdf"), { verdict: "undone", undoes: "file" });
  const { extraction, checks } = await at.of("scan.pdf");
  t.like(await at.undo("scan.pdf"), { verdict: "refused" });
  t.like(await at.of("scan.pdf"), { status: "undone", extraction: extraction as object, checks });
});

test("equal bytes are a duplicate of what stands in review", async (t) => {
  const bytes = await doubtful();
  await using at = await openOffice({ "scan.pdf": bytes });
  await at.take({ "again.pdf": bytes });
  const { status, duplicates } = await at.of("scan.pdf");
  t.deepEqual([status, duplicates.length], ["review", 1]);
  t.deepEqual(await at.home.left(), []);
  t.is(at.sandbox.bills().length, 1);
});

test("an edit of what spoke against it files it; one of another field leaves it in review, renamed by nobody", async (t) => {
  await using at = await aside();
  const { id, filedAs } = await at.of("scan.pdf");
  const other = await at.edit("scan.pdf", "title=Power");
  t.like(other, { verdict: "done", status: "review", path: filedAs });
  t.is(other.message, `stays in review for documentDate; autod accept ${id} files it as it is`);
  t.true(await isThere(`${filedAs}.reason.json`));

  const told = await at.edit("scan.pdf", "documentDate=2026-01-15");
  t.like(told, { verdict: "done", status: "archived" });
  t.regex(told.path ?? "", /2026-01-15 .*Power\.pdf$/);
  t.is((await at.home.filed()).length, 1);
});

for (const status of ["archived", "quarantined"] as const) {
  test(`accept and reject refuse what is ${status}`, async (t) => {
    const bytes = status === "archived" ? await invoice("RE-1") : Buffer.from("%PDF-1.7 nothing");
    await using at = await openOffice({ "scan.pdf": bytes });
    const before = await at.of("scan.pdf");
    t.is(before.status, status);
    for (const deed of [at.accept, at.reject]) {
      const message = `it is not in review: it is ${status}`;
      t.like(await deed("scan.pdf"), { verdict: "refused", message, status });
    }
    t.deepEqual(await at.of("scan.pdf"), before);
  });
}

/** What isn't autod's own. */
const below = (files: readonly string[]) => files.filter((file) => !/^(data|log)\//.test(file));

const refuses = test.macro({
  exec: async (t, change: (at: Office, path: string) => Promise<unknown>, said: RegExp) => {
    await using at = await aside();
    const before = await at.of("scan.pdf");
    await change(at, before.filedAs ?? "");
    const files = await filesBelow(at.home.folder, ".");
    for (const deed of [at.accept, at.reject, (name: string) => at.edit(name, "title=Power")]) {
      const told = await deed("scan.pdf");
      t.is(told.verdict, "refused");
      t.regex(told.message, said);
    }
    t.deepEqual(await at.of("scan.pdf"), before);
    t.deepEqual(below(await filesBelow(at.home.folder, ".")), below(files));
  },
  title: (name = "") => `nothing is decided about a document ${name}`,
});

test(
  "whose file has changed",
  refuses,
  (_, path) => writeFile(path, "more"),
  /^its file has changed/,
);
test(
  "while its archive is away",
  refuses,
  ({ home }) => rename(home.archive, `${home.archive}.away`),
  /Archive doesn't exist$/,
);
test(
  "whose folder is no longer in the configuration",
  refuses,
  async ({ home }) => {
    home.config.folders.length = 0;
  },
  /^its folder scans is no longer in the configuration$/,
);
test("of one whose file is gone only what is known changes", async (t) => {
  await using at = await aside();
  const { filedAs } = await at.of("scan.pdf");
  await rm(filedAs ?? "");
  t.like(await at.accept("scan.pdf"), { verdict: "done", status: "archived", path: filedAs });
  t.like(await at.of("scan.pdf"), { status: "archived", filedAs, work: null });
});

test("undo after accept brings it back into review with its reason, and after that into the inbox", async (t) => {
  await using at = await aside();
  const before = await at.of("scan.pdf");
  const reason = await reasonOf(`${before.filedAs}.reason.json`);
  await at.accept("scan.pdf");
  t.like(await at.undo("scan.pdf"), { verdict: "undone", undoes: "accept", path: before.filedAs });
  const { status, checks, filedAs } = await at.of("scan.pdf");
  t.deepEqual(
    { status, checks, filedAs },
    {
      status: "review",
      checks: before.checks,
      filedAs: before.filedAs,
    },
  );
  const { at: _, ...same } = reason;
  t.like(await reasonOf(`${filedAs}.reason.json`), same);
  t.is((await at.home.filed()).length, 2);

  t.like(await at.undo("scan.pdf"), { verdict: "undone", undoes: "file" });
  t.deepEqual(await at.home.filed(), []);
  t.deepEqual(await at.home.left(), ["Inbox/scan.pdf"]);
});

test("undo after reject brings back what was read, for nothing", async (t) => {
  await using at = await aside();
  const before = await at.of("scan.pdf");
  await at.reject("scan.pdf");
  t.like(await at.undo("scan.pdf"), { verdict: "undone", undoes: "reject", path: before.filedAs });
  const { status, extraction, checks, error, filedAs } = await at.of("scan.pdf");
  t.deepEqual(
    { status, extraction, checks, error, filedAs },
    {
      status: "review",
      extraction: before.extraction,
      checks: before.checks,
      error: null,
      filedAs: before.filedAs,
    },
  );
  t.deepEqual(await at.home.filed(), [
    "Archive/_review/scan.pdf",
    "Archive/_review/scan.pdf.reason.json",
  ]);
  t.is(at.sandbox.bills().length, 1);
});
