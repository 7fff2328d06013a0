import test from "ava";
import { type Check, checkExtraction, type Standard } from "../../src/checks/checks.ts";
import type { Extraction } from "../../src/extraction.ts";
import { read, settingsWith, standard } from "./standard.ts";

const letter = `Stadtwerke Musterstadt GmbH
Frau Jane Doe
Rechnung Nr. R-1 vom 15. Januar 2026
Leistung vom 02.12.2025 bis 30.12.2025`;

const bill = `Strom 80,00 EUR, Mehrwertsteuer 15,20 EUR
Gesamtbetrag 95,20 EUR, fällig am 31.01.2026`;

const pages = [letter, bill];

const known: Extraction = {
  ...read,
  language: "de",
  periodStart: "2025-12-02",
  periodEnd: "2025-12-30",
  evidence: {
    issuer: { page: 1, quote: "Stadtwerke Musterstadt GmbH" },
    documentDate: { page: 1, quote: "vom 15. Januar 2026" },
    totalAmount: { page: 2, quote: "Gesamtbetrag 95,20 EUR" },
  },
};

type Expected = readonly [field: string, code: Check["code"], hard: boolean];

interface Given {
  readonly change?: Partial<Extraction>;
  readonly text?: readonly string[];
  readonly held?: Partial<Standard>;
}

const checksOf = ({ change = {}, text = pages, held = {} }: Given) =>
  checkExtraction({ ...known, ...change }, { ...standard, text, ...held }).checks;

const says = test.macro((t, given: Given, ...expected: readonly Expected[]) => {
  t.deepEqual(
    checksOf(given).map(({ field, code, hard }) => [field, code, hard]),
    expected,
  );
});

const quoting = (
  field: keyof Extraction["evidence"],
  page: number,
  quote: string,
): Partial<Extraction> => ({ evidence: { ...known.evidence, [field]: { page, quote } } });

const hard = true;
const soft = false;
const lost = "QUOTE_NOT_FOUND";
const missing = "NOT_IN_DOCUMENT";

test("what the document says passes", says, {});
test("what isn't there isn't missed", says, {
  change: { issuer: null, documentDate: null, totalAmount: null, dueDate: null, recipient: null },
});

for (const [how, quote] of Object.entries({
  "in capitals": "STADTWERKE MUSTERSTADT GMBH",
  "with other spaces": "Stadtwerke\u00a0 Musterstadt\nGmbH",
  "with a soft hyphen": "Stadt\u00adwerke Musterstadt",
  "with another hyphenation": "Stadt-\nwerke Muster-stadt",
  "with quotes of any kind": "„Stadtwerke Musterstadt” GmbH",
  "with something left out": "Stadtwerke … Jane Doe",
  "in letters of full width": "Ｓｔａｄｔｗｅｒｋｅ",
})) {
  test(`a quote is found ${how}`, says, { change: quoting("issuer", 1, quote) });
}

test("a quote of signs alone says nothing", says, { change: quoting("issuer", 1, "***") });
test("a quote of a label alone says nothing", says, {
  change: quoting("documentDate", 1, "Rechnung Nr."),
});

test("a quote may stand on another page", (t) => {
  const [check] = checksOf({ change: quoting("totalAmount", 1, "Gesamtbetrag 95,20 EUR") });
  t.deepEqual(check, {
    field: "totalAmount",
    code: lost,
    hard: false,
    message: '"Gesamtbetrag 95,20 EUR" stands on page 2, not on page 1',
  });
});
test(
  "a page that the document hasn't is another page",
  says,
  { change: quoting("totalAmount", 7, "Gesamtbetrag 95,20") },
  ["totalAmount", lost, soft],
);
test("a quote may go on on the next page", says, {
  change: quoting("issuer", 1, "bis 30.12.2025 Strom 80,00 EUR"),
});
test(
  "a quote that stands nowhere is softly doubted if the value stands there",
  says,
  { change: quoting("totalAmount", 2, "Zu zahlen 95,20") },
  ["totalAmount", lost, soft],
);
test(
  "else both are hard",
  says,
  { change: { totalAmount: "99.20", ...quoting("totalAmount", 2, "Zu zahlen 99,20") } },
  ["totalAmount", lost, hard],
  ["totalAmount", missing, hard],
);

test(
  "an issuer that the document doesn't name is hard",
  says,
  { change: { issuer: "Gasag", evidence: { ...known.evidence, issuer: null } } },
  ["issuer", missing, hard],
);
test(
  "so is one that the quote doesn't name, and the document in part",
  says,
  { change: { issuer: "Jane Smith" } },
  ["issuer", missing, hard],
);
test("one that the document names in full need not be in the quote", says, {
  change: quoting("issuer", 1, "Rechnung Nr. R-1"),
});
test("one that the document names otherwise is known by that", says, {
  change: { issuer: "SWM" },
  held: { aliasesOf: (issuer) => (issuer === "SWM" ? ["Stadtwerke Musterstadt"] : []) },
});
test(
  "other names of another are no help",
  says,
  { change: { issuer: "SWM" }, held: { aliasesOf: () => ["Südwestbank"] } },
  ["issuer", missing, hard],
);

test(
  "a date that isn't the quoted one is hard, though it stands in the document",
  says,
  { change: { documentDate: "2026-01-31" } },
  ["documentDate", missing, hard],
);
test(
  "a total that isn't the quoted one is hard, though it stands in the document",
  says,
  { change: { totalAmount: "80.00" } },
  ["totalAmount", missing, hard],
);
test("the sign of a total is not looked at", says, { change: { totalAmount: "-95.20" } });
test("a currency that the document doesn't name is hard", says, { change: { currency: "CHF" } }, [
  "currency",
  missing,
  hard,
]);

test(
  "a date that is missing otherwise is soft",
  says,
  { change: { dueDate: "2026-02-28", periodStart: "2025-12-03", periodEnd: "2025-12-29" } },
  ["dueDate", missing, soft],
  ["periodStart", missing, soft],
  ["periodEnd", missing, soft],
);
test("a month may be written without its days", says, {
  change: { periodStart: "2025-11-01", periodEnd: "2025-11-30" },
});
test("an amount to pay that is missing is soft", says, { change: { amountDue: "77.00" } }, [
  "amountDue",
  missing,
  soft,
]);
test("a recipient that is missing is soft", says, { change: { recipient: "John Smith" } }, [
  "recipient",
  missing,
  soft,
]);
test(
  "each reference that is missing is said, softly",
  says,
  { change: { references: ["R 1", "r1", "R-29", "S-1"].map((value) => ({ label: "", value })) } },
  ["references", missing, soft],
  ["references", missing, soft],
);
test(
  "what is in a name is hard",
  says,
  {
    change: { dueDate: "2026-02-28" },
    held: { settings: settingsWith({ name: "{dueDate} {title}" }) },
  },
  ["dueDate", missing, hard],
);

const own = (
  type: "string" | "number" | "date" | "boolean",
  value: unknown,
  list = false,
): Given => ({
  change: { fields: { it: value } },
  held: { settings: settingsWith({ fields: { it: { type, list, description: "It." } } }) },
});
const isMissing: Expected = ["it", missing, soft];

test("an own date is looked for", says, own("date", "2026-01-31"));
test("and missed", says, own("date", "2026-02-28"), isMissing);
test("an own number is looked for", says, own("number", 15.2));
test("and missed too", says, own("number", 15.3), isMissing);
test("a number that can't be written is not missed", says, own("number", 1e30));
test("an own text is looked for by its words", says, own("string", "Mehrwertsteuer, voll"));
test("and missed as well", says, own("string", "Umsatzsteuer"), isMissing);
test("the numbers in it must all be there", says, own("string", "Strom 81"), isMissing);
test("a long text is a summary", says, own("string", "Umsatzsteuer ".repeat(5)));
test("what is yes or no isn't looked for", says, own("boolean", true));
test("of a list each is looked for", says, own("date", ["2026-01-31", "2026-01-15"], true));
test(
  "and one is enough to be missed",
  says,
  own("date", ["2026-01-31", "2026-03-15"], true),
  isMissing,
);

const lie: Partial<Extraction> = {
  issuer: "Gasag",
  documentDate: "2025-05-05",
  totalAmount: "1.00",
  currency: "USD",
  dueDate: "2025-05-06",
  recipient: "Nobody",
  references: [{ label: "", value: "X-9" }],
};

test("where a page is a picture nothing is missed", says, { change: lie, text: [letter, ""] });
test("a stamp on it is no text", says, { change: lie, text: [letter, "Kopie 2"] });
test("nor are signs that mean nothing", says, {
  change: lie,
  text: [letter, "\ue001\ue002".repeat(99)],
});
test("of no page nothing is missed", says, { change: lie, text: [] });
test("without the text layer nothing is missed", says, { change: lie, held: { text: null } });
test(
  "a quote that stands on another page is found beside a picture, too",
  says,
  { change: quoting("issuer", 2, "Stadtwerke Musterstadt"), text: [letter, ""] },
  ["issuer", lost, soft],
);
