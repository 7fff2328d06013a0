import test from "ava";
import { companyIn, institutionIn, isName } from "../../../src/sandbox/reading/names.ts";
import { findParties } from "../../../src/sandbox/reading/parties.ts";
import { written } from "./written.ts";

const names = test.macro({
  title: (_, text: string) => `sees whose name stands in "${text}"`,
  exec: (t, text: string, expected: string | null) => t.is(companyIn(text), expected),
});

test(names, "Kraxi GmbH · Flugzeugallee 17 · 12345 Papierfeld", "Kraxi GmbH");
test(names, "Lieferant GmbH & Co. KG", "Lieferant GmbH & Co. KG");
test(names, "Au bon moulin SARL - 1242 chemin de l'olive - 84340 Malaucène", "Au bon moulin SARL");
test(names, "All of it is sold by Example Web Services, Inc.", "Example Web Services, Inc.");
test(names, "Name: Taxiunternehmen TX GmbH", "Taxiunternehmen TX GmbH");
test(names, "Turnverein Musterstadt e. V.", "Turnverein Musterstadt e. V.");
test(names, "Coolblaue Fahrräder B.V.", "Coolblaue Fahrräder B.V.");
test(names, "our GmbH", null);
test(names, "Die AGB gelten", null);

test("sees an institution by its name", (t) => {
  t.is(institutionIn("Elmbridge Mutual Bank"), "Elmbridge Mutual Bank");
  t.is(institutionIn("Stadtwerke Musterstadt | Postfach"), "Stadtwerke Musterstadt");
  t.is(institutionIn("Please visit your bank."), null);
});

test("tells a name from a sentence", (t) => {
  t.true(isName("Jane Doe"));
  t.false(isName("Thank you, and come again."));
  t.false(isName("Room 12"));
});

const finds = test.macro({
  title: (title) => `finds ${title}`,
  exec(t, texts: string[], issuer: string | null, recipient: string | null) {
    const found = findParties(written(...texts));
    t.deepEqual([found.issuer?.value ?? null, found.recipient], [issuer, recipient]);
  },
});

test(
  "a company at the top",
  finds,
  ["Tischlerei Birkenhain GmbH", "Sägeweg 4", "An", "Andere AG", "Weg 1"],
  "Tischlerei Birkenhain GmbH",
  "Andere AG",
);
test(
  "a sender behind the addressee",
  finds,
  ["Bill to:", "Other Ltd", "1 Road", "", "2026", "x", "y", "Real Seller Inc"],
  "Real Seller Inc",
  "Other Ltd",
);
test(
  "a sender over the window",
  finds,
  [
    "Andere AG",
    "Bei Spiel GmbH ● Ecke 12 ● 12345 Stadthausen",
    "Theodor Est",
    "Bahnstr. 42",
    "88802 Spielkreis",
  ],
  "Bei Spiel GmbH",
  "Theodor Est",
);
test(
  "labelled parties",
  finds,
  ["Käufer:", "Nummer: 1", "Kunden AG Mitte", "Verkäufer:", "Nummer: 549910", "Name: Test company"],
  "Test company",
  "Kunden AG Mitte",
);
test(
  "an institution",
  finds,
  ["Elmbridge Mutual Bank", "3 Ledger Square", "Mr John Doe"],
  "Elmbridge Mutual Bank",
  "Mr John Doe",
);
test(
  "a plain name at the top",
  finds,
  ["Willowbrook Public Library", "Museum Road", "Customer: Jane Doe"],
  "Willowbrook Public Library",
  "Jane Doe",
);
test(
  "a name over its address",
  finds,
  ["Some Shop Ltd", "5 Street", "Jane Doe", "12 Orchard Lane", "EX4 9ZZ Exampleton"],
  "Some Shop Ltd",
  "Jane Doe",
);
test(
  "a name over its address before one who signed",
  finds,
  ["Some Shop Ltd", "Jane Doe", "12 Orchard Lane", "EX4 9ZZ Exampleton", "Dr. M. Thistlewood"],
  "Some Shop Ltd",
  "Jane Doe",
);
test(
  "no heading as an institution",
  finds,
  ["Harebell Cover", "77 Umbrella Walk", "Insurance certificate"],
  "Harebell Cover",
  null,
);
test("no heading as a name", finds, ["Invoice"], null, null);
