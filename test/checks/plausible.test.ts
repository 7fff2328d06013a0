import test from "ava";
import { type Check, checkExtraction } from "../../src/checks/checks.ts";
import type { Extraction } from "../../src/extraction.ts";
import { read, settingsWith, standard } from "./standard.ts";

type Expected = readonly [field: string, code: Check["code"], hard: boolean];

/** The value stays as it was read, whatever is said of it. */
const says = test.macro((t, change: Partial<Extraction>, ...expected: readonly Expected[]) => {
  const given = { ...read, ...change };
  const { extraction, checks } = checkExtraction(given, standard);
  t.deepEqual(extraction, given);
  t.deepEqual(
    checks.map(({ field, code, hard }) => [field, code, hard]),
    expected,
  );
});

const date = "DATE_IMPLAUSIBLE";
const hard = true;
const soft = false;

test("a document may be of today", says, { documentDate: "2026-02-01" });
test("a document may be of tomorrow, where it comes from", says, { documentDate: "2026-02-02" });
test("no document is of the day after", says, { documentDate: "2026-02-03" }, [
  "documentDate",
  date,
  hard,
]);
test("a document may be of 1900", says, { documentDate: "1900-01-01", dueDate: null });
test("an older one is doubtful", says, { documentDate: "1899-12-31", dueDate: null }, [
  "documentDate",
  date,
  hard,
]);
test("what is due before 1900 is doubtful", says, { documentDate: null, dueDate: "1026-01-15" }, [
  "dueDate",
  date,
  soft,
]);
test("a lease may end in 100 years", says, { periodEnd: "2126-02-01" });
test("and hardly later", says, { periodEnd: "2126-02-02" }, ["periodEnd", date, soft]);
test("a period may be a day", says, { periodStart: "2026-01-15", periodEnd: "2026-01-15" });
test(
  "a period ends after it begins",
  says,
  { periodStart: "2026-01-15", periodEnd: "2026-01-14" },
  ["periodEnd", date, soft],
);
test("a reminder speaks of what was due before", says, { dueDate: "2025-01-15" });
test("what was due more than a year before is doubtful", says, { dueDate: "2025-01-14" }, [
  "dueDate",
  date,
  soft,
]);

const amount = "AMOUNT_IMPLAUSIBLE";

test("euros have cents", says, { totalAmount: "95.25" });
test("zeros behind them are none", says, { totalAmount: "95.2500" });
test("euros have no tenths of a cent", says, { totalAmount: "95.205" }, [
  "totalAmount",
  amount,
  hard,
]);
test("also where that is to be paid", says, { amountDue: "-95.205" }, ["amountDue", amount, soft]);
test("yen have no hundredths", says, { currency: "JPY", amountDue: "95", totalAmount: "95.5" }, [
  "totalAmount",
  amount,
  hard,
]);
test("whole yen may be written so", says, {
  currency: "JPY",
  amountDue: null,
  totalAmount: "95.00",
});
test("dinars have thousandths", says, { currency: "KWD", totalAmount: "95.205" });
test("forints have hundredths on paper", says, { currency: "HUF", totalAmount: "95.25" });

const isMe = test.macro((t, me: string, issuer: string, expected: boolean) => {
  const settings = settingsWith({ me: ["Nobody", me] });
  const { extraction, checks } = checkExtraction({ ...read, issuer }, { ...standard, settings });
  t.is(extraction.issuer, issuer);
  t.deepEqual(
    checks.map(({ code, hard: isHard }) => [code, isHard]),
    expected ? [["ISSUER_IS_ME", true]] : [],
  );
});

test("a name is mine", isMe, "Jane Doe", "Jane Doe", true);
test("in any order", isMe, "Jane Doe", "DOE, Jane", true);
test("with a title", isMe, "Jane Doe", "Frau Dr. Jane Doe", true);
test("with a title of mine", isMe, "Mrs Jane Doe", "Jane Doe", true);
test("without its accents", isMe, "José Müller", "Jose Muller", true);
test("with its umlauts spelt out", isMe, "José Müller", "MUELLER JOSÉ", true);
test("as a firm", isMe, "Doe Consulting GmbH", "Doe Consulting", true);
test("with the dots of a firm", isMe, "Doe SpA", "Doe S.p.A.", true);
test("a title alone is nobody", isMe, "Dr", "Dr. Doe", false);
test("a firm of my name is another", isMe, "Jane Doe", "Jane Doe Consulting", false);
test("somebody of my family is another", isMe, "Jane Doe", "John Doe", false);
test("nothing but signs is nobody", isMe, "---", "***", false);
test("a legal form alone is a name", isMe, "AG", "SE", false);
