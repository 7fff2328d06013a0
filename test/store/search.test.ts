import test from "ava";
import { array, assert, constantFrom, property, string } from "fast-check";
import type { Extraction } from "../../src/extraction.ts";
import { mayHave, parseQuery } from "../../src/store/query.ts";
import type { DocumentRecord } from "../../src/store/record.ts";
import { indexRecords } from "../../src/store/search.ts";
import { seededRecord } from "../helpers/seeded-store.ts";

const blank = {
  title: "",
  summary: "",
  issuer: null,
  recipient: null,
  category: "",
  documentDate: null,
  dueDate: null,
  currency: null,
  totalAmount: null,
  amountDue: null,
  references: [],
  tags: [],
} satisfies Partial<Extraction>;

/** A document of which only this was read. */
function reading(
  number: number,
  read: Partial<Extraction>,
  change: Partial<DocumentRecord> = {},
): DocumentRecord {
  const record = seededRecord(number, { filedAs: null, ...change });
  return {
    ...record,
    extraction: record.extraction && { ...record.extraction, ...blank, ...read },
  };
}

function find(records: readonly DocumentRecord[], ...args: string[]) {
  using index = indexRecords(records);
  return index.find(parseQuery(args), Number.POSITIVE_INFINITY, 80);
}

const finds = test.macro({
  exec: (t, read: Partial<Extraction>, args: readonly string[], expected = true) => {
    t.is(find([reading(1, read)], ...args).length, expected ? 1 : 0);
  },
  title: (_, read: Partial<Extraction>, args: readonly string[], expected = true) =>
    `${JSON.stringify(read)} is ${expected ? "" : "not "}found by ${args.join(" ")}`,
});

const quote = (words: string) => ({ page: 1, quote: words });
const evidence = { issuer: quote("Aa"), documentDate: quote("Bb"), totalAmount: quote("Cc") };

test(finds, { title: "Gas bill" }, ["gas"]);
test(finds, { issuer: "Stadtwerke" }, ["STADT"]);
test(finds, { recipient: "Jane Doe" }, ["jane", "doe"]);
test(finds, { summary: "What is to be paid." }, ["paid"]);
test(finds, { category: "Utilities" }, ["util"]);
test(finds, { kind: "contract" }, ["contract"]);
test(finds, { references: [{ label: "Policy", value: "P-77/3" }] }, ["policy", "p-77/3"]);
test(finds, { actionItems: [{ what: "Sign", due: "2026-02-03", priority: "low" }] }, ["sign"]);
test(finds, { tags: ["strom"] }, ["strom"]);
test(finds, { documentDate: "2026-01-15" }, ["2026-01"]);
test(finds, { dueDate: "2026-01-05" }, ["5.1.2026"]);
test(finds, { periodStart: "2026-01-05" }, ["01.2026"]);
test(finds, { totalAmount: "1234.56", currency: "EUR" }, ["1.234,56"]);
test(finds, { amountDue: "12.50", currency: "CHF" }, ["12.50", "chf"]);
test(finds, { fields: { meter: "M-12", others: ["north", "south"] } }, ["m-12", "south"]);
test(finds, { evidence }, ["aa", "bb", "cc"]);
test(finds, { title: "Gas bill" }, ["gas", "water"], false);
test(finds, { title: "Gas bill" }, ["ill"], false);

test(finds, { title: "Größe, Straße" }, ["grosse", "strasse"]);
test(finds, { title: "Größe, Straße" }, ["groesse"]);
test(finds, { title: "Groesse, Strasse" }, ["größe", "straße"]);
test(finds, { title: "Muller" }, ["Mueller"]);
test(finds, { title: "Café" }, ["CAFE"]);
test(finds, { title: "Cafe\u0301" }, ["café"]);
test(finds, { title: "電気料金のお知らせ" }, ["料金"]);
test(finds, { title: "電気料金のお知らせ" }, ["金料"], false);

test(finds, { title: "The gas bill" }, ['"gas bill"']);
test(finds, { title: "The gas bill" }, ["gas bi"]);
test(finds, { title: "A bill for gas" }, ["gas bill"], false);
test(finds, { title: "A bill for gas" }, ["gas", "bill"]);
test(finds, { title: "A bill for gas" }, ["bill -gas"], false);
test(finds, { title: "A bill for gas" }, ["bill -water"]);
test(finds, { title: "A bill for gas" }, ["bill", '-"bill for"'], false);

test("file names are searched: the original, the filed one, and those of duplicates", (t) => {
  const record = reading(
    1,
    {},
    {
      extraction: null,
      filedAs: "/archive/2026/landlord.pdf",
      duplicates: [{ path: "/in/copy of it.pdf", seenAt: "", movedTo: null }],
    },
  );
  for (const word of ["scan00001", "landlord", "copy"]) t.is(find([record], word).length, 1);
  t.is(find([record], "archive").length, 0, "folders are no names");
});

test("title and issuer count more than the summary, and that more than the rest", (t) => {
  const records = [
    reading(1, { tags: ["boiler"] }),
    reading(2, { summary: "A boiler." }),
    reading(3, { title: "Boiler" }),
  ];
  t.deepEqual(
    find(records, "boiler").map(({ record }) => record),
    records.toReversed(),
  );
  const twins = [reading(4, { title: "Boiler" }), reading(5, { title: "Boiler" })];
  t.deepEqual(
    find(twins, "boiler").map(({ record }) => record),
    twins,
    "of two that fit equally well the earlier comes first",
  );
});

test("a hit tells the words as they stand in it, and where they stand", (t) => {
  const record = reading(1, {
    title: "Boilers",
    summary: `${"Other words. ".repeat(20)}The bóiler of the landlord is mended.`,
  });
  const [hit] = find([record], "boiler");
  t.deepEqual(hit?.words, ["Boilers", "bóiler"]);
  t.regex(hit?.excerpt ?? "", /^….*The bóiler of/);
  t.is(find([reading(2, { title: "Boiler" })], "boiler")[0]?.excerpt, null);
  const japanese = reading(3, { summary: "一月分の電気料金です。" });
  t.is(find([japanese], "料金")[0]?.excerpt, "一月分の電気料金です。");
  t.deepEqual(find([japanese], "料金")[0]?.words, ["料金"]);
});

test("text that has our marks in it harms nothing", (t) => {
  const [hit] = find([reading(1, { summary: "a \u0001boiler\u0002 b\u0001" })], "boiler");
  t.deepEqual(hit?.words, ["boiler"]);
  t.is(hit?.excerpt, "a  boiler  b ");
});

test("only so many are found as are wanted, and all are counted", (t) => {
  using index = indexRecords(Array.from({ length: 30 }, (_, number) => seededRecord(number)));
  const query = parseQuery(["electricity"]);
  t.is(index.find(query, 7, 80).length, 7);
  t.is(index.count(query), 30);
  t.is(index.count(parseQuery(["electricity", "-R-7"])), 29);
});

test("the nearest known word is the most common of the nearest", (t) => {
  using index = indexRecords([
    reading(1, { title: "boiler" }),
    reading(2, { title: "broiler boiler" }),
    reading(3, { title: "boilers" }),
  ]);
  t.is(index.nearest("boilr"), "boiler");
  t.is(index.nearest("Broilre"), "broiler");
  t.is(index.nearest("bóilr"), "boiler");
  t.is(index.nearest("zeppelin"), undefined);
});

test("nothing that a person types is taken for the index's own language", (t) => {
  using index = indexRecords([reading(1, { title: "title AND near NOT OR" })]);
  const odd = ["AND", "OR", "NOT", "NEAR(", '"', "*", "title:", "^", "-", "(", ")", "+", "{", "'"];
  const word = string({ unit: constantFrom(...odd, "a", "ß", "電", " ", "\u0000", "\ud800") });
  assert(
    property(array(word), (args) => {
      const query = parseQuery(args);
      if (query.wanted.length > 0) t.true(index.count(query) >= 0);
    }),
    { numRuns: 500 },
  );
  t.is(index.count(parseQuery(["AND", "near"])), 1);
  t.is(index.count(parseQuery(["title:near"])), 0);
});

test("what is found at all is found among those that may have it by their letters", (t) => {
  const unit = constantFrom(
    "a",
    "B",
    "é",
    "ü",
    "ß",
    "ss",
    "oe",
    "1",
    "2026",
    ".",
    "-",
    " ",
    '"',
    "電",
  );
  const text = string({ unit, maxLength: 12 });
  assert(
    property(text, text, text, (title, summary, asked) => {
      const record = reading(1, { title, summary });
      const query = parseQuery([asked]);
      if (query.wanted.length === 0 || find([record], asked).length === 0) return;
      t.true(mayHave(query)(JSON.stringify(record)));
    }),
    { numRuns: 3_000 },
  );
  t.false(mayHave(parseQuery(["boiler"]))(JSON.stringify(reading(1, { title: "Garden" }))));
});
