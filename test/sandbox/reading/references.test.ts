import test from "ava";
import { findReferences } from "../../../src/sandbox/reading/references.ts";
import { written } from "./written.ts";

const finds = test.macro({
  title: (_, ...texts: string[]) => `finds a number in "${texts.slice(2).join(" / ")}"`,
  exec: (t, label: string, value: string, ...texts: string[]) =>
    t.deepEqual(findReferences(written(...texts)), [{ label, value }]),
});

test(finds, "Rechnungsnummer", "2014-03", "Rechnungsnummer: 2014-03 Datum: 11. Juli 2014");
test(finds, "Rechnung Nr.", "4711", "Rechnung Nr. 4711");
test(
  finds,
  "Handelsrechnung Nr.",
  "TX-471102",
  "Handelsrechnung (380) Nr. TX-471102 vom 30.10.2019",
);
test(finds, "Rechnung #", "RE-20140519/499", "Rechnung # RE-20140519/499 vom 19.05.2014");
test(finds, "Beleg-Nr", "R87654321", "Beleg-Nr : R87654321");
test(finds, "Invoice No.", "103767", "Invoice No. 103767");
test(finds, "Invoice Number", "42183017", "Invoice Number", "42183017");
test(finds, "Account number", "296664039561", "Account number:", "296664039561");
test(finds, "Facture n°", "562044387", "Facture n°562044387 du 02 Juillet 2015");
test(finds, "Facture", "FA-2017-0008", "Facture FA-2017-0008");
test(finds, "Factuurnummer", "993548900", "Factuurnummer: 993548900");
test(finds, "Your Reference", "PO445", "Your Reference PO445");

test("puts the number of the invoice first, and each number once", (t) => {
  const found = findReferences(written("Customer no. 77", "Invoice no. 12", "Invoice number: 12"));
  t.deepEqual(found, [
    { label: "Invoice no.", value: "12" },
    { label: "Customer no.", value: "77" },
  ]);
});

test("takes neither words nor dates for numbers", (t) => {
  t.deepEqual(
    findReferences(
      written(
        "Invoice number",
        "Invoice date 1.2.2026",
        "Rechnung 15.01.2026",
        "Customer no. none",
      ),
    ),
    [],
  );
});
