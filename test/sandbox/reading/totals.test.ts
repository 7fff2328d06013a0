import test from "ava";
import { amountsIn, currencyIn } from "../../../src/sandbox/reading/amounts.ts";
import { findTotals } from "../../../src/sandbox/reading/totals.ts";
import { written } from "./written.ts";

const reads = test.macro({
  title: (_, text: string, ..._expected: [string, string | null][]) => `reads "${text}"`,
  exec: (t, text: string, ...expected: [string, string | null][]) =>
    t.deepEqual(
      amountsIn(text).map(({ value, currency }) => [value, currency]),
      expected,
    ),
});

test(reads, "1.234,56 €", ["1234.56", "EUR"]);
test(reads, "$1,234.56", ["1234.56", "USD"]);
test(reads, "1 234,56 EUR", ["1234.56", "EUR"]);
test(reads, "1\u202f234\u202f567,89", ["1234567.89", null]);
test(reads, "CHF 1'234.50", ["1234.50", "CHF"]);
test(
  reads,
  "-233,47 € and € -9,32 and −1.00",
  ["-233.47", "EUR"],
  ["-9.32", "EUR"],
  ["-1.00", null],
);
test(reads, "£500", ["500", "GBP"]);
test(reads, "1.000.000 €", ["1000000", "EUR"]);
test(reads, "0,79 007,50", ["0.79", null], ["7.50", null]);
test(reads, "19% 5,50% 2026 15.01.2026 1.2.3 12,345 A1.00 17 items");

test("knows a currency by symbol or code", (t) => {
  t.is(currencyIn("Währung: GBP"), "GBP");
  t.is(currencyIn("all in US$"), "USD");
  t.is(currencyIn("EUROPE"), null);
});

const finds = test.macro({
  title: (title) => `finds ${title}`,
  exec(
    t,
    texts: string[],
    total: string | null,
    currency: string | null,
    due: string | null = null,
    isStatement: boolean = false,
  ) {
    const found = findTotals(written(...texts), isStatement);
    t.is(found.totalAmount?.value ?? null, total);
    t.is(found.currency, currency);
    t.is(found.amountDue, due);
    const { quote } = found.totalAmount ?? { quote: "" };
    t.true(texts.some((text) => text.includes(quote)));
  },
});

test(
  "a German total",
  finds,
  ["Nettobetrag: 496,00 €", "USt. Gesamt: 75,04 €", "Gesamtbetrag: 571,04 €"],
  "571.04",
  "EUR",
);
test(
  "a French total and the rest to pay",
  finds,
  ["Total HT 530,75 €", "Total taxes 0,00 €", "Total TTC 530,75 €", "Solde à payer 383,75 €"],
  "530.75",
  "EUR",
  "383.75",
);
test("an English total", finds, ["Subtotal $ 262.90", "Total $ 279.84"], "279.84", "USD");
test(
  "a Dutch total",
  finds,
  ["Exclusief BTW € 593,36 Subtotaal € 717,97", "Totaal € 717,97"],
  "717.97",
  "EUR",
);
test(
  "the total with tax, wherever it stands",
  finds,
  ["Total incl. VAT 119.00", "Total 100.00", "Grand items total 90.00"],
  "119.00",
  null,
);
test(
  "an amount below its label",
  finds,
  ["Total amount", "£12.00", "Total parts", "12 of them"],
  "12.00",
  "GBP",
);
test(
  "what is due where nothing else is said",
  finds,
  ["Zahlbetrag 25,00 EUR"],
  "25.00",
  "EUR",
  "25.00",
);
test("a negative total", finds, ["Total TTC -233,47 €"], "-233.47", "EUR");
test(
  "the closing balance of a statement",
  finds,
  ["Total money in 99.00", "Closing balance £12.00"],
  "12.00",
  "GBP",
  null,
  true,
);
test("no closing balance elsewhere", finds, ["Closing balance £12.00"], null, "GBP");
test(
  "a currency that is named apart",
  finds,
  ["Währung: GBP", "Gesamtbetrag 10,00"],
  "10.00",
  "GBP",
);
test(
  "the currency that most amounts have",
  finds,
  ["a 1.00 €", "b 2.00 €", "c $3.00", "Total 9.00"],
  "9.00",
  "EUR",
);
test("nothing in a text without amounts", finds, ["Total recall", "in 2026"], null, null);
