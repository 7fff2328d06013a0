import test from "ava";
import { assert, constantFrom, nat, property, record } from "fast-check";
import { formatAmount } from "../../src/money/amount.ts";
import { estimate, type Measured } from "../../src/money/estimate.ts";
import { tariff } from "../../src/money/prices.ts";

const luna = tariff("gpt-5.6-luna", "default");

const letter: Measured = {
  pages: 2,
  characters: 2_400,
  promptCharacters: 4_000,
  detail: "low",
  maxOutputTokens: 8_000,
};

const measured = record({
  pages: nat(500),
  characters: nat(2_000_000),
  promptCharacters: nat(20_000),
  detail: constantFrom("low" as const, "high" as const),
  maxOutputTokens: nat(128_000),
});

test("the upper bound is never below what is probable", (t) => {
  assert(
    property(measured, constantFrom("gpt-5.6-luna", "gpt-5", "o3"), (document, model) => {
      const { cost, upperCost } = estimate(document, tariff(model, "default"));
      t.true(upperCost >= cost);
      t.true(cost > 0n);
    }),
  );
});

test("a letter is estimated by its text and its pages", (t) => {
  const { inputTokens, cost, upperCost } = estimate(letter, luna);
  t.is(inputTokens, 1_600 + 2 * 308 + 30);
  t.is(formatAmount(cost), "0.0010492");
  t.is(formatAmount(upperCost), "0.0127075");
});

test("a scan is looked at more closely, and costs more", (t) => {
  const scan = estimate({ ...letter, detail: "high" }, luna);
  t.true(scan.inputTokens > estimate(letter, luna).inputTokens);
  t.true(scan.cost > estimate(letter, luna).cost);
});

test("the upper bound is the same at any detail, for the server may choose", (t) => {
  t.is(estimate({ ...letter, detail: "high" }, luna).upperCost, estimate(letter, luna).upperCost);
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
  const book = { ...letter, pages: 0, characters: 1_200_000 };
  const [long, plain] = [estimate(book, luna), estimate(book, { ...luna, long: null })];
  t.true(long.inputTokens > 272_000);
  t.true(long.cost > plain.cost);
  t.true(long.upperCost > plain.upperCost);
});

test("the estimate grows with every page and every character", (t) => {
  assert(
    property(measured, ({ pages, characters, ...rest }) => {
      const of = (more: Pick<Measured, "pages" | "characters">) =>
        estimate({ ...rest, ...more }, luna).upperCost;
      t.true(of({ pages: pages + 1, characters }) > of({ pages, characters }));
      t.true(of({ pages, characters: characters + 1 }) > of({ pages, characters }));
    }),
  );
});
