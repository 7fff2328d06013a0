import test from "ava";
import { assert, integer, nat, property, record } from "fast-check";
import { formatAmount } from "../../src/money/amount.ts";
import { costOf, priceOf, type Tokens, upperCost } from "../../src/money/cost.ts";
import { type Price, tariff, type Tariff } from "../../src/money/prices.ts";

const luna = tariff("gpt-5.6-luna", "default");
const brief: Price = { input: "10", cachedInput: "10", cacheWrite: "10", output: "30" };

const tokens = (input: number, cached: number, written: number, output: number): Tokens => ({
  inputTokens: input,
  cachedInputTokens: cached,
  cacheWriteTokens: written,
  outputTokens: output,
});

const costs = test.macro((t, used: Tokens, price: Price, usd: string) => {
  t.is(formatAmount(costOf(used, price)), usd);
});

test(
  "a million in and a million out at 10 and 30 are $40",
  costs,
  tokens(1e6, 0, 0, 1e6),
  brief,
  "40",
);
test(
  "the record's example costs what it says",
  costs,
  tokens(1834, 512, 0, 402),
  luna.price,
  "0.00075704",
);
test("no tokens cost nothing", costs, tokens(0, 0, 0, 0), brief, "0");
test("one token costs something", costs, tokens(1, 0, 0, 0), luna.price, "0.0000002");
test("what was cached costs less", costs, tokens(1e6, 1e6, 0, 0), luna.price, "0.02");
test("what was written to the cache costs more", costs, tokens(1e6, 0, 1e6, 0), luna.price, "0.25");
test(
  "each token of the input is paid for once",
  costs,
  tokens(1e6, 3e5, 2e5, 0),
  luna.price,
  "0.156",
);
test("more cached than there was is paid for", costs, tokens(10, 1e6, 0, 0), luna.price, "0.02");
test(
  "a price of 6 decimals is exact",
  costs,
  tokens(1, 0, 0, 0),
  { ...brief, input: "0.000001" },
  "0.000000000001",
);
test(
  "what is less than can be said is rounded up",
  costs,
  tokens(1, 0, 0, 0),
  { ...brief, input: "0.0000001" },
  "0.000000000001",
);

const isPricedAt = test.macro((t, inputTokens: number, tariffed: Tariff, price: Price) => {
  t.deepEqual(priceOf(inputTokens, tariffed), price);
});

const long = { input: "0.4", cachedInput: "0.04", cacheWrite: "0.5", output: "1.8" };
const flexLong = { input: "0.2", cachedInput: "0.02", cacheWrite: "0.25", output: "0.9" };

test("less than 272,000 tokens are not long", isPricedAt, 271_999, luna, luna.price);
test(
  "from there on all input costs twice, and the output half as much again",
  isPricedAt,
  272_000,
  luna,
  long,
);
test("long is long at flex too", isPricedAt, 272_000, tariff("gpt-5.6-luna", "flex"), flexLong);
test(
  "a model without a limit is never long",
  isPricedAt,
  1e6,
  tariff("gpt-5", "default"),
  tariff("gpt-5", "default").price,
);
test("a configured price is never long", isPricedAt, 1e6, { price: brief, long: null }, brief);

test("a long request costs more as a whole", (t) => {
  const used = tokens(300_000, 100_000, 0, 1000);
  t.is(formatAmount(costOf(used, priceOf(300_000, luna))), "0.0858");
});

const usages = record({
  plain: nat(400_000),
  cached: nat(400_000),
  written: nat(400_000),
  output: nat(128_000),
});

test("the upper bound is one, however the input is cached and whatever is put out", (t) => {
  assert(
    property(usages, integer({ min: 0, max: 3 }), (usage, which) => {
      const tariffed = [
        luna,
        tariff("gpt-5", "default"),
        tariff("gpt-6-sol", "flex"),
        // A cache that costs less to fill than the input itself.
        { price: { ...brief, cacheWrite: "1" }, long: null },
      ][which] as Tariff;
      const input = usage.plain + usage.cached + usage.written;
      const used = tokens(input, usage.cached, usage.written, usage.output);
      const most = upperCost(input, 128_000, tariffed);
      t.true(costOf(used, priceOf(input, tariffed)) <= most);
    }),
  );
});

test("the upper bound is reached where all is written to the cache", (t) => {
  t.is(upperCost(1000, 500, luna), costOf(tokens(1000, 0, 1000, 500), luna.price));
});

test("the upper bound is reached by plain input where the cache is cheap", (t) => {
  const tariffed = { price: { ...brief, cacheWrite: "1" }, long: null };
  t.is(formatAmount(upperCost(1e6, 1e6, tariffed)), "40");
});
