import { readdir } from "node:fs/promises";
import test from "ava";
import { errorCodes } from "../../src/errors.ts";
import { forecast } from "../../src/intake/prospect.ts";
import { lockStore } from "../../src/store/lock.ts";
import { autod } from "../helpers/cli.ts";
import { type Home, makeHome } from "../helpers/home.ts";
import { invoice, pdf } from "../helpers/pdf.ts";
import { seededRecord, seedStore } from "../helpers/seeded-store.ts";

const atRest = { settle: "0ms", patience: "0ms" };

const dryRun = (home: Home, ...words: string[]) =>
  autod(["run", "--dry-run", "--config", home.configFile, ...words]);

test("a dry run tells what would become of each file, and makes nothing", async (t) => {
  await using home = await makeHome({}, atRest);
  await home.drop("a.pdf", await invoice("R-1"));
  await home.drop("b.pdf", await invoice("R-1"));
  await home.drop("locked.pdf", await pdf({ pages: ["x"], password: "secret" }));
  await home.drop("notes.txt", "notes");
  const before = [await readdir(home.folder), await readdir(home.inbox)];
  const { code, stdout, stderr } = await dryRun(home);
  t.is(stderr, "");
  t.is(code, 0);
  t.deepEqual(stdout.split("\n"), [
    "to be read  pages     about  at most",
    "  a.pdf         1  $0.00096   $0.012",
    "",
    "duplicates  of",
    "  b.pdf     a.pdf",
    "",
    "to quarantine",
    "  the PDF needs a password (PDF_PASSWORD)",
    `  ${errorCodes.PDF_PASSWORD.hint}`,
    "    locked.pdf",
    "",
    "left where they lie",
    "  its name doesn't end in .pdf (NOT_NAMED_PDF)",
    "    notes.txt",
    "",
    "1 document to be read, 1 page: about $0.00096, at most $0.012",
    "$2.00 of today's $2.00 is left, $20.00 of this month's $20.00 is left.",
    "",
    "Nothing was touched, and nothing was sent.",
    "",
  ]);
  t.deepEqual([await readdir(home.folder), await readdir(home.inbox)], before);
});

test("it is told as JSON as well, with --once and beside a running autod too", async (t) => {
  await using home = await makeHome({}, atRest);
  await home.drop("a.pdf", await invoice("R-1"));
  await seedStore(home.config.dataDir, [seededRecord(1)]);
  using _ = lockStore(home.config.dataDir);
  const { code, stdout } = await dryRun(home, "--once", "--json");
  t.is(code, 0);
  t.like(forecast.parse(JSON.parse(stdout)).files, [{ verdict: "read", pages: 1 }]);
});

test("an empty inbox has nothing to be read, and a budget that isn't is not spoken of", async (t) => {
  await using home = await makeHome({ budget: { perDay: null, perMonth: null } });
  const { stdout } = await dryRun(home);
  t.is(stdout, "nothing lies in the inboxes\n\nNothing was touched, and nothing was sent.\n");
});

test("what can't be had now says why, and a name commands no terminal", async (t) => {
  await using home = await makeHome({ profiles: { default: { model: "gpt-0" } } }, atRest);
  await home.drop("a\u001b[2J.pdf", await invoice("R-1"));
  const { stdout } = await dryRun(home);
  t.regex(stdout, /^waiting\n {2}there is no known price for gpt-0 \(PRICE_UNKNOWN\)\n/);
  t.regex(stdout, /^ {4}a\\x1b\[2J\.pdf$/m);
  t.regex(stdout, /^nothing to be read$/m);
  t.false(stdout.includes("\u001b"));
});

test("of several folders each file says in which it lies", async (t) => {
  await using home = await makeHome({
    folders: [
      {
        name: "one",
        inbox: "./Inbox",
        archive: "./Archive",
        quarantine: "./Quarantine",
        ...atRest,
      },
      { name: "two", inbox: "./Away", archive: "./Archive", quarantine: "./Quarantine" },
    ],
  });
  await home.drop("below/a.pdf", await invoice("R-1"));
  const { code, stdout } = await dryRun(home);
  t.is(code, 0);
  t.regex(stdout, /^ {2}one: below\/a\.pdf +1 /m);
  t.regex(stdout, /^folder two is offline: .*\/Away doesn't exist$/m);
});
