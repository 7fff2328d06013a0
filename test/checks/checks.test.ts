import test from "ava";
import { type Check, checkExtraction } from "../../src/checks/checks.ts";
import type { Extraction } from "../../src/extraction.ts";
import { read as good, settingsWith, standard } from "./standard.ts";

const doubting = (below: number) => ({
  ...standard,
  settings: settingsWith({ review: { below } }),
});

test("what is as it should be passes as it is", (t) => {
  t.deepEqual(checkExtraction(good, standard), { extraction: good, checks: [] });
});

test("what isn't there is not wrong", (t) => {
  const bare: Extraction = {
    ...good,
    documentDate: null,
    dueDate: null,
    currency: null,
    totalAmount: null,
    amountDue: null,
  };
  t.deepEqual(checkExtraction(bare, standard), { extraction: bare, checks: [] });
});

test("what was read is not changed by being checked", (t) => {
  const bad = Object.freeze({ ...good, documentDate: "2026-02-30" });
  checkExtraction(bad, doubting(1));
  t.is(bad.documentDate, "2026-02-30");
});

type Field =
  | "documentDate"
  | "dueDate"
  | "periodStart"
  | "periodEnd"
  | "totalAmount"
  | "amountDue"
  | "currency";

const passes = test.macro((t, field: Field, value: string) => {
  const given = { ...good, [field]: value };
  t.deepEqual(checkExtraction(given, standard), { extraction: given, checks: [] });
});

const fails = test.macro((t, field: Field, value: string, code: Check["code"], hard: boolean) => {
  const { extraction, checks } = checkExtraction({ ...good, [field]: value }, standard);
  t.deepEqual(extraction, { ...good, [field]: null });
  t.like(checks, [{ field, code, hard }] as never);
  t.is(checks.length, 1);
  t.true(checks[0]?.message.startsWith(`${JSON.stringify(value)} is no `));
});

const hard = true;
const soft = false;

test("a leap day of a leap year is a date", passes, "documentDate", "2024-02-29");
test("the last day of a year is a date", passes, "dueDate", "2026-12-31");
test(
  "a leap day of another year is none",
  fails,
  "documentDate",
  "2026-02-29",
  "DATE_IMPOSSIBLE",
  hard,
);
test("a leap day of 1900 is none", fails, "documentDate", "1900-02-29", "DATE_IMPOSSIBLE", hard);
test("the 31st of April is no date", fails, "documentDate", "2026-04-31", "DATE_IMPOSSIBLE", hard);
test("the 13th month is no date", fails, "documentDate", "2026-13-01", "DATE_IMPOSSIBLE", hard);
test(
  "the day before the first is no date",
  fails,
  "documentDate",
  "2026-01-00",
  "DATE_IMPOSSIBLE",
  hard,
);
test(
  "a date without its zeros is none",
  fails,
  "documentDate",
  "2026-1-5",
  "DATE_IMPOSSIBLE",
  hard,
);
test(
  "a date with a time is none",
  fails,
  "documentDate",
  "2026-01-15T10:00:00Z",
  "DATE_IMPOSSIBLE",
  hard,
);
test(
  "a date of another order is none",
  fails,
  "documentDate",
  "15.01.2026",
  "DATE_IMPOSSIBLE",
  hard,
);
test("an empty date is none", fails, "documentDate", "", "DATE_IMPOSSIBLE", hard);
test(
  "a way out of the archive is no date",
  fails,
  "documentDate",
  "../../etc",
  "DATE_IMPOSSIBLE",
  hard,
);
test(
  "digits of another script are no date",
  fails,
  "documentDate",
  "٢٠٢٦-٠١-١٥",
  "DATE_IMPOSSIBLE",
  hard,
);
test(
  "a date with a line behind it is none",
  fails,
  "documentDate",
  "2026-01-15\n",
  "DATE_IMPOSSIBLE",
  hard,
);
test(
  "an impossible due date needs nobody to look",
  fails,
  "dueDate",
  "2026-02-30",
  "DATE_IMPOSSIBLE",
  soft,
);
test(
  "an impossible begin needs nobody to look",
  fails,
  "periodStart",
  "2026-02-30",
  "DATE_IMPOSSIBLE",
  soft,
);
test(
  "an impossible end needs nobody to look",
  fails,
  "periodEnd",
  "2026-02-30",
  "DATE_IMPOSSIBLE",
  soft,
);

test("an amount may be whole", passes, "totalAmount", "95");
test("an amount may be less than nothing", passes, "amountDue", "-95.20");
test("an amount may have 6 digits behind its point", passes, "amountDue", "95.200000");
test("an amount may have 15 digits before its point", passes, "totalAmount", "123456789012345.67");
test("an amount with a comma is none", fails, "totalAmount", "95,20", "AMOUNT_UNREADABLE", hard);
test(
  "an amount with thousands set apart is none",
  fails,
  "totalAmount",
  "1,095.20",
  "AMOUNT_UNREADABLE",
  hard,
);
test(
  "an amount with its currency is none",
  fails,
  "totalAmount",
  "95.20 €",
  "AMOUNT_UNREADABLE",
  hard,
);
test("an amount with an exponent is none", fails, "totalAmount", "1e99", "AMOUNT_UNREADABLE", hard);
test(
  "an amount of 16 digits is none",
  fails,
  "totalAmount",
  "1234567890123456",
  "AMOUNT_UNREADABLE",
  hard,
);
test(
  "an amount of 7 digits behind its point is none",
  fails,
  "totalAmount",
  "0.0000001",
  "AMOUNT_UNREADABLE",
  hard,
);
test("an empty amount is none", fails, "totalAmount", "", "AMOUNT_UNREADABLE", hard);
test(
  "an unreadable amount due needs nobody to look",
  fails,
  "amountDue",
  "much",
  "AMOUNT_UNREADABLE",
  soft,
);

test("euros are a currency", passes, "currency", "EUR");
test("francs are a currency", passes, "currency", "CHF");
test("euros in small letters are none", fails, "currency", "eur", "CURRENCY_UNKNOWN", soft);
test("the sign of the euro is none", fails, "currency", "€", "CURRENCY_UNKNOWN", soft);
test("three letters alone make no currency", fails, "currency", "QQQ", "CURRENCY_UNKNOWN", soft);

test("confidence below what is asked for makes a person look", (t) => {
  const { extraction, checks } = checkExtraction({ ...good, confidence: 0.69 }, doubting(0.7));
  t.is(extraction.confidence, 0.69);
  t.deepEqual(checks, [
    {
      field: "confidence",
      code: "CONFIDENCE_LOW",
      hard: true,
      message: "the model's confidence is 0.69, review.below is 0.7",
    },
  ]);
});

test("as much confidence as is asked for is enough", (t) => {
  t.deepEqual(checkExtraction({ ...good, confidence: 0.7 }, doubting(0.7)).checks, []);
});

test("confidence decides nothing unless asked to", (t) => {
  t.deepEqual(checkExtraction({ ...good, confidence: 0 }, standard).checks, []);
});

test("the category stays, though the profile has no such", (t) => {
  const given = { ...good, category: "Pets" };
  t.deepEqual(checkExtraction(given, standard), {
    extraction: given,
    checks: [
      {
        field: "category",
        code: "CATEGORY_UNKNOWN",
        hard: true,
        message: '"Pets" is no category of the profile',
      },
    ],
  });
});

const known = test.macro((t, language: string) => {
  t.deepEqual(checkExtraction({ ...good, language }, standard).checks, []);
});

const unknown = test.macro((t, language: string) => {
  const { extraction, checks } = checkExtraction({ ...good, language }, standard);
  t.is(extraction.language, "und");
  t.like(checks, [{ field: "language", code: "LANGUAGE_UNKNOWN", hard: false }] as never);
});

test("German is a language", known, "de");
test("British English is a language", known, "en-GB");
test("traditional Chinese is a language", known, "zh-Hant");
test("no language is one", known, "und");
test("a language by its English name is none", unknown, "english");
test("a tag with an underscore is none", unknown, "en_GB");
test("two letters alone make no language", unknown, "qx");
test("an empty tag is none", unknown, "");
test("a private tag is none", unknown, "x-klingon");

test("what a name is made of must be right", (t) => {
  const bad = { ...good, dueDate: "2026-02-30", currency: "€" };
  const hardOf = (name: string, folder: string) =>
    checkExtraction(bad, { ...standard, settings: settingsWith({ name, folder }) })
      .checks.filter((check) => check.hard)
      .map(({ field }) => field);
  t.deepEqual(hardOf("{title}", "{year}"), []);
  t.deepEqual(hardOf("{title} { dueDate :yyyy-MM}", "{year}"), ["dueDate"]);
  t.deepEqual(hardOf("{title}", "{year}/{currency|none}"), ["currency"]);
});

test("an amount without a currency needs nobody to look, whatever the name is", (t) => {
  const settings = settingsWith({ name: "{currency} {totalAmount}" });
  const { extraction, checks } = checkExtraction(
    { ...good, currency: null },
    { ...standard, settings },
  );
  t.is(extraction.totalAmount, "95.20");
  t.deepEqual(checks, [
    {
      field: "currency",
      code: "AMOUNT_IMPLAUSIBLE",
      hard: false,
      message: '"95.20" has no currency',
    },
  ]);
});

test("of what the model said a message has the beginning, on one line", (t) => {
  const { checks } = checkExtraction({ ...good, documentDate: "a\n".repeat(5000) }, standard);
  t.is(checks.length, 1);
  t.true((checks[0]?.message.length ?? 0) < 200);
  t.notRegex(checks[0]?.message ?? "", /\n/);
});

test("everything that is wrong is said, and each taken out", (t) => {
  const bad = {
    ...good,
    documentDate: "no",
    dueDate: "no",
    amountDue: "no",
    currency: "no",
    confidence: 0,
  };
  const { extraction, checks } = checkExtraction(bad, doubting(0.5));
  const taken = { documentDate: null, dueDate: null, amountDue: null, currency: null };
  t.deepEqual(extraction, { ...bad, ...taken });
  t.deepEqual(
    checks.map(({ field }) => field),
    ["documentDate", "dueDate", "amountDue", "currency", "confidence"],
  );
});
