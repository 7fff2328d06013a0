import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import test from "ava";
import { undo } from "../../../src/cli/undo.ts";
import { openStore } from "../../../src/store/store.ts";
import { sha256 } from "../../helpers/expect-filed.ts";
import { quickFolder } from "../../helpers/home.ts";
import { invoice } from "../../helpers/pdf.ts";
import { runOnce } from "../../helpers/run-once.ts";
import { seededWork } from "../../helpers/seeded-store.ts";
import { openOffice } from "./office.ts";

const filed = async (folder = {}) => openOffice({ "scan.pdf": await invoice("RE-7") }, {}, folder);

const secondOf = (path: string | null) => path?.replace(/\.pdf$/, " (2).pdf") ?? null;

test("an edit renames the file, tells the difference, and keeps what was read before", async (t) => {
  await using at = await filed();
  const before = await at.of("scan.pdf");
  const told = await at.edit("scan.pdf", "issuer=Nordlicht", "category=Household");
  const after = await at.of("scan.pdf");
  t.like(told, { verdict: "done", status: "archived", from: before.filedAs, path: after.filedAs });
  t.is(told.message, `is filed as ${after.filedAs}`);
  t.deepEqual(
    told.differences.filter(({ field }: { field: string }) => field !== "evidence"),
    [
      { field: "category", before: before.extraction?.category, after: "Household" },
      { field: "issuer", before: "Nordlicht Energie GmbH", after: "Nordlicht" },
    ],
  );
  t.regex(after.filedAs ?? "", /2026-01-15 Nordlicht - .*\.pdf$/);
  t.is(after.extraction?.evidence.issuer, null, "it is not from there that it was taken");
  t.is(sha256(await readFile(after.filedAs ?? "")), after.sha256);
  t.is((await at.home.filed()).length, 1);
  const [, deed] = after.history;
  t.like(deed, { by: "edit", from: before.filedAs, to: after.filedAs });
  t.like(deed?.before, { extraction: before.extraction, profile: before.profile });
  t.is(at.sandbox.bills().length, 1);
});

test("an edit that changes nothing in the name leaves the file where it is", async (t) => {
  await using at = await filed();
  const { filedAs } = await at.of("scan.pdf");
  t.like(await at.edit("scan.pdf", "tags=power, home"), { verdict: "done", path: filedAs });
  t.deepEqual((await at.of("scan.pdf")).extraction?.tags, ["power", "home"]);
});

test("where the name is taken it gets a number, and loses it with the next edit that frees it", async (t) => {
  await using at = await openOffice({
    "one.pdf": await invoice("RE-1"),
    "two.pdf": await invoice("RE-2"),
  });
  await at.edit("one.pdf", "title=Power");
  const told = await at.edit("two.pdf", "title=Power");
  const one = await at.of("one.pdf");
  t.is(told.path, secondOf(one.filedAs));
  // It has one of the names that it may have.
  t.is((await at.edit("two.pdf", "summary=Short")).path, told.path);
  t.is(sha256(await readFile(one.filedAs ?? "")), one.sha256);
});

test("undo after an edit gives the file its old name, and after that puts it into the inbox", async (t) => {
  await using at = await filed();
  const before = await at.of("scan.pdf");
  await at.edit("scan.pdf", "issuer=Nordlicht", "category=Household");
  await at.edit("scan.pdf", "title=Power");
  const dry = await at.ask(undo, { dryRun: true }, before.id);
  t.like(dry.facts[0], { verdict: "planned", undoes: "edit" });
  t.like(await at.undo("scan.pdf"), { verdict: "undone", undoes: "edit" });
  t.regex((await at.of("scan.pdf")).filedAs ?? "", /Nordlicht - (?!Power)/);
  t.like(await at.undo("scan.pdf"), { verdict: "undone", undoes: "edit", path: before.filedAs });
  const { extraction, filedAs, checks } = await at.of("scan.pdf");
  t.deepEqual(
    { extraction, filedAs, checks },
    {
      extraction: before.extraction,
      filedAs: before.filedAs,
      checks: before.checks,
    },
  );
  t.like(await at.undo("scan.pdf"), { verdict: "undone", undoes: "file" });
  t.deepEqual(await readdir(at.home.archive), [], "no folder is left empty");
  t.like(await at.undo("scan.pdf"), { verdict: "refused", undoes: "file" });
});

test("undo never puts a file over another that has its old name by now", async (t) => {
  await using at = await filed();
  const before = await at.of("scan.pdf");
  await at.edit("scan.pdf", "title=Power");
  await writeFile(before.filedAs ?? "", "mine");
  t.is((await at.undo("scan.pdf")).path, secondOf(before.filedAs));
  t.is(await readFile(before.filedAs ?? "", "utf8"), "mine");
});

test("undo --since takes back all that was done since then, one after the other", async (t) => {
  await using at = await filed();
  const {
    sha256: hash,
    history: [filing],
  } = await at.of("scan.pdf");
  {
    await using store = await openStore(at.home.config.dataDir);
    await store.update(hash, { history: [{ ...filing!, at: "2026-01-01T00:00:00.000Z" }] });
  }
  const before = await at.of("scan.pdf");
  const since = "1h";
  await at.edit("scan.pdf", "title=Power");
  await at.edit("scan.pdf", "issuer=Nordlicht");
  t.is((await at.ask(undo, { since, dryRun: true })).facts.length, 1);
  t.is((await at.of("scan.pdf")).extraction?.issuer, "Nordlicht");
  t.like(await at.ask(undo, { since }), {
    code: 0,
    facts: [{ verdict: "undone", undoes: "edit" }],
  });
  const { extraction, filedAs } = await at.of("scan.pdf");
  t.deepEqual({ extraction, filedAs }, { extraction: before.extraction, filedAs: before.filedAs });
  t.deepEqual(await at.ask(undo, { since }), { code: 0, facts: [] });
});

test("undo --since a time before it was filed puts it back at once, as it was corrected; again, it takes back the correction too", async (t) => {
  await using at = await filed();
  await at.edit("scan.pdf", "title=Power");
  t.like(await at.ask(undo, { since: "1h" }), { code: 0, facts: [{ undoes: "file" }] });
  t.like(await at.of("scan.pdf"), { status: "undone", extraction: { title: "Power" } });
  t.like(await at.ask(undo, { since: "1h" }), { code: 0, facts: [{ undoes: "edit" }] });
  t.deepEqual(await at.ask(undo, { since: "1h" }), { code: 0, facts: [] });
  t.is((await at.of("scan.pdf")).status, "undone");
});

for (const [what, change, said] of [
  ["whose file has changed", (path: string) => writeFile(path, "more"), /has changed since/],
  [
    "whose archive is away",
    (_: string, archive: string) => rename(archive, `${archive}.away`),
    /Archive doesn't exist$/,
  ],
] as const) {
  test(`undo refuses to take back an edit of one ${what}, and a dry run says so`, async (t) => {
    await using at = await filed();
    await at.edit("scan.pdf", "title=Power");
    const before = await at.of("scan.pdf");
    await change(before.filedAs ?? "", at.home.archive);
    for (const dryRun of [true, false]) {
      const { code, facts } = await at.ask(undo, { dryRun }, before.id);
      t.is(code, 1);
      t.like(facts, [{ verdict: "refused", undoes: "edit", path: null }]);
      t.regex(facts[0].message, said);
    }
    t.deepEqual(await at.of("scan.pdf"), before);
  });
}

test("of one whose file is gone only what is known changes, and nothing is left in the archive", async (t) => {
  await using at = await filed();
  const { filedAs } = await at.of("scan.pdf");
  await rm(filedAs ?? "");
  t.like(await at.edit("scan.pdf", "category=Household"), { verdict: "done", path: filedAs });
  t.like(await at.of("scan.pdf"), { filedAs, extraction: { category: "Household" }, work: null });
  t.deepEqual(await readdir(dirname(dirname(filedAs ?? ""))), [basename(dirname(filedAs ?? ""))]);
});

test("what could not be read is filed by hand, and goes back to quarantine by undo", async (t) => {
  await using at = await openOffice({ "scan.pdf": Buffer.from("%PDF-1.7 nothing") });
  const before = await at.of("scan.pdf");
  t.is(before.status, "quarantined");
  const told = await at.edit(
    "scan.pdf",
    "issuer=Nordlicht",
    "title=Power",
    "documentDate=2026-01-15",
  );
  t.like(told, { verdict: "done", status: "archived" });
  t.is(basename(told.path ?? ""), "2026-01-15 Nordlicht - Power.pdf");
  t.like(await at.of("scan.pdf"), { error: null, extraction: { language: "und", confidence: 1 } });
  t.is((await at.home.filed()).length, 1, "its reason is gone");

  t.like(await at.undo("scan.pdf"), { verdict: "undone", path: before.filedAs });
  const { status, error, extraction } = await at.of("scan.pdf");
  t.deepEqual([status, error, extraction], ["quarantined", before.error, null]);
  t.deepEqual(await at.home.filed(), ["Quarantine/scan.pdf", "Quarantine/scan.pdf.reason.json"]);
});

test("what was undone is only known otherwise, until it is filed so", async (t) => {
  await using at = await filed();
  await at.undo("scan.pdf");
  const told = await at.edit("scan.pdf", "title=Power");
  t.like(told, { verdict: "done", status: "undone", message: "is filed so once it is taken up" });
  t.deepEqual(await at.home.left(), ["Inbox/scan.pdf"]);
  await at.retry("scan.pdf");
  t.is((await runOnce(at.home, at.sandbox)).archived, 1);
  t.regex((await at.of("scan.pdf")).filedAs ?? "", / - Power\.pdf$/);
  t.is(at.sandbox.bills().length, 1);
});

test("what waits and was not read is refused", async (t) => {
  await using at = await openOffice({});
  at.sandbox.setKey("sk-another");
  await at.home.drop("scan.pdf", await invoice("RE-7"));
  await runOnce(at.home, { key: "sk-sandbox" });
  t.is((await at.of("scan.pdf")).status, "waiting");
  const told = await at.edit("scan.pdf", "title=Power");
  t.like(told, { verdict: "refused", message: "it was not read yet" });
});

test("a document of another folder goes where that one's archive is", async (t) => {
  await using at = await openOffice(
    {},
    {
      folders: [
        quickFolder("scans", {}),
        quickFolder("letters", { archive: "./Letters", quarantine: "./Quarantine" }),
      ],
    },
  );
  const { folder } = at.home;
  for (const name of ["Inbox/scans", "Inbox/letters", "Letters"]) {
    await mkdir(join(folder, name), { recursive: true });
  }
  await at.take({ "letters/scan.pdf": await invoice("RE-7") });
  const told = await at.edit("scan.pdf", "title=Power");
  t.is(told.verdict, "done");
  t.true(told.path?.startsWith(join(folder, "Letters/")), told.path ?? "");
});

/** A record is put as a killed process would have left it. */
const cutOff = test.macro({
  exec: async (t, change: (filedAs: string) => object, deeds: readonly ("edit" | "undo")[]) => {
    await using at = await filed();
    const { sha256: hash, filedAs } = await at.of("scan.pdf");
    {
      await using store = await openStore(at.home.config.dataDir);
      await store.update(hash, change(filedAs ?? ""));
    }
    const before = await at.of("scan.pdf");
    for (const deed of deeds) {
      const message = "it is in work, and autod run carries it on";
      const told = deed === "edit" ? at.edit("scan.pdf", "title=Power") : at.undo("scan.pdf");
      t.like(await told, { verdict: "refused", message });
    }
    t.deepEqual(await at.of("scan.pdf"), before);
  },
  title: (name = "") => `nothing is done to a document ${name}`,
});

const waiting = { reason: "retry", retryAt: null, since: "2026-01-01T00:00:00.000Z", parked: null };
test(
  "while an answer about it is still to be fetched",
  cutOff,
  (filedAs) => ({
    work: seededWork(filedAs, "ask", { responseId: "resp_1", reservedUsd: "0.01" }),
  }),
  ["edit", "undo"],
);
test(
  "while nobody knows what an ask about it cost",
  cutOff,
  (filedAs) => ({
    work: seededWork(filedAs, "ask", { reservedUsd: "0.01" }),
  }),
  ["edit", "undo"],
);
test("that is on its way back into the inbox", cutOff, () => ({ status: "undone", waiting }), [
  "edit",
]);
