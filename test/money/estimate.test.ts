import test from "ava";
import { array, assert, constantFrom, double, nat, property, record } from "fast-check";
import { formatAmount } from "../../src/money/amount.ts";
import { estimate, type Measured } from "../../src/money/estimate.ts";
import { type Tariff, tariff } from "../../src/money/prices.ts";

const luna: [Tariff] = [tariff("gpt-5.6-luna", "default")];
const a4 = { width: 595, height: 842 };

const letter: Measured = {
  model: "gpt-5.6-luna",
  pages: 2,
  characters: 2_400,
  tokens: 600,
  formats: [{ ...a4, pages: 2 }],
  promptCharacters: 4_000,
  promptTokens: 1_000,
  detail: "low",
  maxOutputTokens: 8_000,
};

const format = record({ width: nat(20_000), height: nat(20_000), pages: nat(50) });
const measured = record({
  model: constantFrom("gpt-5.6-luna", "gpt-5", "gpt-4o-mini", "o3"),
  formats: array(format, { maxLength: 5 }),
  characters: nat(2_000_000),
  promptCharacters: nat(20_000),
  detail: constantFrom("low" as const, "high" as const),
  maxOutputTokens: nat(128_000),
}).map((some) => ({
  ...some,
  pages: some.formats.reduce((sum, { pages }) => sum + pages, 0),
  tokens: Math.ceil(some.characters / 3),
  promptTokens: Math.ceil(some.promptCharacters / 3),
}));

test("the upper bound is never below what is probable, whatever experience says", (t) => {
  const experience = record({
    factor: double({ min: 0.1, max: 9, noNaN: true }),
    outputTokens: nat(200_000),
  });
  assert(
    property(measured, experience, (document, known) => {
      const tariffs: [Tariff] = [tariff(document.model, "default")];
      const { cost, upperCost } = estimate(document, tariffs, known);
      t.true(upperCost >= cost);
    }),
  );
});

test("a letter is estimated by its text, its prompt and its pages", (t) => {
  const { countedTokens, inputTokens, cost, upperCost } = estimate(letter, luna);
  t.is(countedTokens, 600 + 1_000 + 2 * 231 + 15);
  t.is(inputTokens, countedTokens);
  t.is(formatAmount(cost), "0.0010154");
  t.is(formatAmount(upperCost), "0.01270375");
});

test("experience tells how much more is billed than was counted, and how long answers are", (t) => {
  const known = estimate(letter, luna, { factor: 1.1, outputTokens: 300 });
  t.is(known.countedTokens, estimate(letter, luna).countedTokens);
  t.is(known.inputTokens, Math.round(2_077 * 1.1));
  t.is(formatAmount(known.cost), "0.000817");
  t.true(known.upperCost > estimate(letter, luna).upperCost);
  t.is(
    estimate(letter, luna, { factor: 0.5, outputTokens: 300 }).upperCost,
    estimate(letter, luna).upperCost,
    "less than was counted lowers no bound",
  );
});

test("a scan is looked at more closely, and costs more", (t) => {
  const scan = estimate({ ...letter, detail: "high" }, luna);
  t.is(scan.countedTokens - estimate(letter, luna).countedTokens, 2 * (1_080 - 231));
  t.true(scan.cost > estimate(letter, luna).cost);
});

test("the upper bound is the same at any detail, for the server may choose", (t) => {
  t.is(estimate({ ...letter, detail: "high" }, luna).upperCost, estimate(letter, luna).upperCost);
});

test("the upper bound is that of the dearest tariff that it may be billed at", (t) => {
  const flex = tariff("gpt-5.6-luna", "flex");
  const both = estimate(letter, [flex, ...luna]);
  t.is(both.cost, estimate(letter, [flex]).cost);
  t.is(both.upperCost, estimate(letter, luna).upperCost);
});

test("pages that aren't sent as images cost nothing as such", (t) => {
  t.is(estimate({ ...letter, pages: 0, formats: [] }, luna).countedTokens, 1_615);
});

test("an answer that may be longer has a higher upper bound, and is no longer probably", (t) => {
  const longer = estimate({ ...letter, maxOutputTokens: 16_000 }, luna);
  t.true(longer.upperCost > estimate(letter, luna).upperCost);
  t.is(longer.cost, estimate(letter, luna).cost);
});

test("an answer that must be short is probably no longer than that", (t) => {
  t.true(estimate({ ...letter, maxOutputTokens: 100 }, luna).cost < estimate(letter, luna).cost);
});

test("a document that would be long is estimated as long", (t) => {
  const book = { ...letter, pages: 0, formats: [], characters: 1_200_000, tokens: 300_000 };
  const [long, plain] = [estimate(book, luna), estimate(book, [{ ...luna[0], long: null }])];
  t.true(long.inputTokens > 272_000);
  t.true(long.cost > plain.cost);
  t.true(long.upperCost > plain.upperCost);
});

test("the upper bound grows with every page and every character", (t) => {
  assert(
    property(measured, ({ pages, characters, ...rest }) => {
      const of = (more: Pick<Measured, "pages" | "characters">) =>
        estimate({ ...rest, tokens: 0, promptTokens: 0, formats: [], ...more }, luna).upperCost;
      t.true(of({ pages: pages + 1, characters }) > of({ pages, characters }));
      t.true(of({ pages, characters: characters + 1 }) > of({ pages, characters }));
    }),
  );
});
