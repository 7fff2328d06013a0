import test from "ava";
import { hasText, linesOf } from "../../../src/sandbox/reading/lines.ts";
import { readDocument } from "../../../src/sandbox/reading/reading.ts";

const rechnung = `Tischlerei Birkenhain GmbH\r\nRechnung\r\nRechnungsnummer: 2026-0037\r\nRechnungsdatum: 03.02.2026\r\n`;

test("reads a German invoice, in its own language", (t) => {
  const pages = [
    rechnung,
    "für die Arbeit an der Heizung\r\nGesamtbetrag 1.487,50 €\r\nBitte zahlbar bis 17.02.2026",
  ];
  t.like(readDocument(pages), {
    title: "Rechnung 2026-0037",
    summary:
      "Rechnung 2026-0037, von Tischlerei Birkenhain GmbH, vom 2026-02-03. Gesamtbetrag: 1487.50 EUR. Zahlbar bis 2026-02-17.",
    kind: "invoice",
    category: "Household",
    language: "de",
    actionItems: [{ what: "Bezahlen: 1487.50 EUR", due: "2026-02-17", priority: "normal" }],
    tags: ["invoice", "household"],
    evidence: {
      issuer: { page: 1, quote: "Tischlerei Birkenhain GmbH" },
      documentDate: { page: 1, quote: "Rechnungsdatum: 03.02.2026" },
      totalAmount: { page: 2, quote: "Gesamtbetrag 1.487,50 €" },
    },
    confidence: 0.95,
  });
});

test("is less sure of a document that says less", (t) => {
  const { confidence, currency, totalAmount } = readDocument([rechnung]);
  t.deepEqual(
    { confidence, currency, totalAmount },
    { confidence: 0.75, currency: null, totalAmount: null },
  );
});

test("gives a document without text no title, and is hardly sure of anything", (t) => {
  const read = readDocument(["", " \r\n⭨"]);
  t.like(read, {
    title: "",
    issuer: null,
    language: "und",
    confidence: 0.1,
    evidence: { issuer: null },
  });
});

const titled = test.macro({
  title: (title) => `makes a title of ${title}`,
  exec: (t, text: string, title: string) =>
    t.is(readDocument([`Some words that everybody can read here.\n${text}`]).title, title),
});

test("a subject", titled, "Invoice\nSubject: Your card is renewed", "Your card is renewed");
test("a heading", titled, "ELECTRICITY BILL\nInvoice number: 12", "Electricity bill");
test("a heading of one word and a number", titled, "Quittung\nBeleg-Nr: B12", "Quittung B12");
test(
  "a heading with its number",
  titled,
  "Handelsrechnung (380) Nr. TX-4 vom 30.10.2019",
  "Handelsrechnung TX-4",
);
test(
  "a heading with its date",
  titled,
  "Facture FA-2017-0008 du 02 Juillet 2015",
  "Facture FA-2017-0008",
);
test(
  "a kind and a number",
  titled,
  "The Rechnungssumme is here. Rechnungsnummer: 12-b",
  "Invoice 12-b",
);
test("nothing", titled, "that looks like one", "");

const kind = test.macro({
  title: (_, expected: string) => `knows a ${expected}`,
  exec: (t, expected: string, category: string, text: string) =>
    t.like(readDocument([text]), { kind: expected, category }),
});

test(kind, "receipt", "Purchases", "Sales receipt\nItem Qty Price");
test(kind, "statement", "Banking", "Account statement\nOpening balance and closing balance");
test(
  kind,
  "letter",
  "Education",
  "Your library and your school\nDear Ms Doe,\nthe invoice has come",
);
test(kind, "certificate", "Insurance", "Versicherung, Bescheinigung zur Police");
test(
  kind,
  "contract",
  "Property",
  "Mietvertrag zwischen Vermieter und Mieter, Miete und Nebenkosten",
);
test(kind, "other", "Other", "Nothing that anybody knows a word for");

const speaks = test.macro({
  title: (_, language: string) => `knows a text in ${language}`,
  exec: (t, language: string, text: string) => t.is(readDocument([text]).language, language),
});

test(speaks, "en", "Thank you for your order, this is the invoice");
test(speaks, "de", "Vielen Dank für die Bestellung, bitte zahlen Sie auf das Konto");
test(speaks, "fr", "Merci pour votre commande, la facture est dans le dossier");
test(speaks, "nl", "Bedankt voor uw bestelling, het bedrag van de factuur");
test(speaks, "und", "Xyzzy plugh frotz gnusto rezrov blorb");

test("reads words in French and Dutch", (t) => {
  const french = readDocument(["La facture est pour vous\nMoulin SARL\nTotal TTC 5,00 €"]);
  t.is(french.summary, "La facture est pour vous, de Moulin SARL. Total : 5.00 EUR.");
  const dutch = readDocument(["Uw factuur voor de maand mei\nMolen B.V.\nTotaal € 5,00"]);
  t.is(dutch.summary, "Uw factuur voor de maand mei, van Molen B.V. Totaal: 5.00 EUR.");
});

test("looks at the beginning and the end of a long document", (t) => {
  const middle = "filling words\n".repeat(100_000);
  const lines = linesOf(["first line", middle, "x\nlast line"]);
  t.is(lines.length, 1_500);
  t.deepEqual(lines[0], { page: 1, text: "first line" });
  t.deepEqual(lines.at(-1), { page: 3, text: "last line" });
  t.is(linesOf(["y".repeat(1_000_000)])[0]?.text.length, 300);
});

test("keeps to what it looks at, however the text is made", (t) => {
  for (const unit of [
    "1 ",
    "123 ",
    "A GmbH ",
    "12 Mai ",
    "Invoice No ",
    "total € ",
    "(1)",
    "- ",
    "&Co KG ",
  ]) {
    const text = unit.repeat(1_000_000 / unit.length);
    t.true(linesOf([text]).every((line) => line.text.length <= 300));
    t.notThrows(() => readDocument([text]));
  }
});

test("tells a text from the stray characters of a scan", (t) => {
  t.false(hasText(linesOf(['㈉"⭨', "12 34"])));
  t.true(hasText(linesOf(["This is a text that can be read"])));
});
