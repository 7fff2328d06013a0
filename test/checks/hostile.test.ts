import test from "ava";
import { array, assert, constantFrom, integer, option, property, record } from "fast-check";
import { checkExtraction } from "../../src/checks/checks.ts";
import type { Extraction } from "../../src/extraction.ts";
import { hostileText } from "../helpers/hostile.ts";
import { read, settingsWith, standard } from "./standard.ts";

const settings = settingsWith({
  me: ["Jane Doe", "\u0301"],
  name: "{issuer} {it}",
  fields: { it: { type: "string", list: true, description: "It." } },
});

const evidence = option(record({ page: integer({ min: 1, max: 9 }), quote: hostileText }));

const answers = record({
  issuer: option(hostileText),
  recipient: option(hostileText),
  documentDate: option(constantFrom("2026-01-15", "0000-00-00", "9999-12-31", "\u0000")),
  totalAmount: option(constantFrom("95.20", "0.000001", "-999999999999999", "1e9")),
  currency: option(constantFrom("EUR", "JPY", "XXX", "€", "")),
  language: constantFrom("de", "und", "x", "\u0000", "en-u-nu-arab"),
  references: array(record({ label: hostileText, value: hostileText }), { maxLength: 3 }),
  evidence: record({ issuer: evidence, documentDate: evidence, totalAmount: evidence }),
  fields: record({ it: array(hostileText, { maxLength: 3 }) }),
});

test("whatever is said of whatever text, it is checked", (t) => {
  const texts = array(hostileText, { maxLength: 3 });
  t.notThrows(() => {
    assert(
      property(answers, texts, texts, (answer, text, aliases) => {
        const given: Extraction = { ...read, ...answer };
        const held = { ...standard, settings, text, aliasesOf: () => aliases };
        const { extraction, checks } = checkExtraction(given, held);
        return (
          (given.issuer ?? "").startsWith(extraction.issuer ?? "") &&
          checks.every(({ message }) => message.length < 1000 && !/\n/.test(message))
        );
      }),
    );
  });
});

test("what is kept is kept again", (t) => {
  t.notThrows(() => {
    assert(
      property(answers, (answer) => {
        const held = { ...standard, settings };
        const { extraction } = checkExtraction({ ...read, ...answer }, held);
        t.deepEqual(checkExtraction(extraction, held).extraction, extraction);
      }),
    );
  });
});

const long = (piece: string): string => piece.repeat(200_000 / piece.length);

/** What a pattern that goes back and forth would take hours for: the test would be ended. */
const tiring: readonly string[] = [
  ...["1", "a", "\n", "\u0301", "\u00ad", "\ufffe", "年", "١", "\ud800", "-", "$"].map(long),
  ...["1 ", "1.", "1,234,", "a.", "a. ", "a-\n", "1年", "1 thang ", "kr.", "a\u0301\u0323"].map(
    long,
  ),
  ...["15 january ", "01.01.2026 ", "1.234,56 EUR "].map(long),
  `a-${" ".repeat(200_000)}`,
  Array.from({ length: 30_000 }, (_, number) => `w${number}`).join(" "),
];

test("a page of 200,000 signs is read through once", (t) => {
  const sought = `b${"a".repeat(499)}`;
  const given: Extraction = {
    ...read,
    issuer: sought,
    currency: "SEK",
    references: Array.from({ length: 100 }, () => ({ label: "", value: sought })),
    evidence: {
      issuer: { page: 1, quote: sought },
      documentDate: { page: 1, quote: "1".repeat(500) },
      totalAmount: { page: 2, quote: "1.".repeat(250) },
    },
  };
  for (const page of tiring) {
    const { extraction } = checkExtraction(given, { ...standard, text: [page, sought] });
    t.deepEqual(extraction, given);
  }
});
