import test from "ava";
import { datesIn } from "../../../src/sandbox/reading/calendar.ts";
import { findDates } from "../../../src/sandbox/reading/dates.ts";
import { written } from "./written.ts";

const reads = test.macro({
  title: (_, text: string, ..._expected: string[]) => `reads "${text}"`,
  exec: (t, text: string, ...expected: string[]) =>
    t.deepEqual(
      datesIn(written(text)).map(({ iso }) => iso),
      expected,
    ),
});

test(reads, "2026-01-15", "2026-01-15");
test(reads, "15.01.2026", "2026-01-15");
test(reads, "5.1.26", "2026-01-05");
test(reads, "8-9-2022", "2022-09-08");
test(reads, "03/04/2026", "2026-04-03");
test(reads, "15. Januar 2026", "2026-01-15");
test(reads, "3. März 2026", "2026-03-03");
test(reads, "15 January 2026 and 1st Feb 2026", "2026-01-15", "2026-02-01");
test(reads, "January 15, 2026", "2026-01-15");
test(reads, "August 3 , 2014", "2014-08-03");
test(reads, "1er août 2026", "2026-08-01");
test(reads, "02 Juillet 2015", "2015-07-02");
test(reads, "12 février 2026", "2026-02-12");
test(reads, "19 april 2014 of 3 mei 2026", "2014-04-19", "2026-05-03");
test(reads, "31.02.2026");
test(reads, "12 Apples 2026, 1.2.3.2026, 12.50, 2026-13-01");

test("takes the month first where another date, or the dollar, says so", (t) => {
  const first = (...texts: string[]) => datesIn(written(...texts))[0]?.iso;
  t.is(first("03/04/2026", "03/14/2026"), "2026-03-04");
  t.is(first("03/04/2026", "Total $5.00"), "2026-03-04");
  t.is(first("03/04/2026", "14/03/2026", "Total $5.00"), "2026-04-03");
});

const finds = test.macro({
  title: (title) => `finds ${title}`,
  exec(
    t,
    texts: string[],
    documentDate: string | null,
    dueDate: string | null = null,
    period: (string | null)[] = [null, null],
  ) {
    const found = findDates(written(...texts));
    t.is(found.documentDate?.value ?? null, documentDate);
    t.is(found.dueDate, dueDate);
    t.deepEqual([found.periodStart, found.periodEnd], period);
    const { quote } = found.documentDate ?? { quote: "" };
    t.true(texts.some((text) => text.includes(quote)));
  },
});

test(
  "the date of a document among others",
  finds,
  ["Order date 01.01.2026", "Invoice date: 15.01.2026", "Due date: 29.01.2026"],
  "2026-01-15",
  "2026-01-29",
);
test(
  "dates in one line",
  finds,
  ["Invoice date 15.01.2026 Due date 29.01.2026"],
  "2026-01-15",
  "2026-01-29",
);
test(
  "a date below its label",
  finds,
  ["Due Date:", "29.01.2026", "Invoice Date:", "15.01.2026"],
  "2026-01-15",
  "2026-01-29",
);
test("a date behind a number", finds, ["1.1.2026", "Rechnung Nr. 12 vom 15.01.2026"], "2026-01-15");
test(
  "a date of delivery and invoice in one",
  finds,
  ["Liefer- und Rechnungsdatum: 11. Juli 2014"],
  "2014-07-11",
);
test(
  "the date of a letter",
  finds,
  ["Musterstadt, den 15. Januar 2026", "geboren am 1.1.1980"],
  "2026-01-15",
);
test(
  "a date that stands alone",
  finds,
  ["Kopie factuur", "8-9-2022", "Vervaldatum 22-9-2022"],
  "2022-09-08",
  "2022-09-22",
);
test(
  "what is to be paid by when",
  finds,
  ["Rechnungsdatum 03.02.2026", "Bitte überweisen Sie bis zum 17.02.2026."],
  "2026-02-03",
  "2026-02-17",
);
test(
  "a French due date",
  finds,
  ["Date de facture 05/11/2017", "Date d'échéance 05/12/2017"],
  "2017-11-05",
  "2017-12-05",
);
test(
  "a period",
  finds,
  ["Statement date 31 January 2026", "Period: 1 January 2026 to 31 January 2026"],
  "2026-01-31",
  null,
  ["2026-01-01", "2026-01-31"],
);
test("a German period", finds, ["Abrechnungszeitraum: 01.01.2024 bis 31.12.2024"], null, null, [
  "2024-01-01",
  "2024-12-31",
]);
test("no period in other pairs of dates", finds, ["Trip 01.01.2024 bis 31.12.2023"], "2024-01-01");
test("no date of a document that only has others", finds, ["Delivery date 15.01.2026"], null);
