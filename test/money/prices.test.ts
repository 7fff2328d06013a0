import { readFile } from "node:fs/promises";
import test from "ava";
import { published } from "../../config/published.ts";
import type { AutodError } from "../../src/errors.ts";
import { parseAmount } from "../../src/money/amount.ts";
import { tariff, tariffOf } from "../../src/money/prices.ts";

const own = { input: "10", cachedInput: "10", cacheWrite: "10", output: "30" };

const costs = test.macro((t, model: string, tier: string, input: string, output: string) => {
  const { price } = tariff(model, tier);
  t.deepEqual({ input: price.input, output: price.output }, { input, output });
});

test("a model has its published price", costs, "gpt-5.6-luna", "default", "0.2", "1.2");
test("GPT-5 has its published price", costs, "gpt-5", "default", "1.25", "10");
test("flex is half", costs, "gpt-5.6-luna", "flex", "0.1", "0.6");
test("priority is more", costs, "gpt-5.4", "priority", "5", "30");
test("fast is priority", costs, "gpt-5.4", "fast", "5", "30");
test(
  "a tier without a price of its own costs as usual",
  costs,
  "gpt-5.1",
  "priority",
  "1.25",
  "10",
);
test("flex is half where nothing else is published", costs, "gpt-5.1", "flex", "0.625", "5");
test("a snapshot may have a price of its own", costs, "gpt-4o-2024-05-13", "default", "5", "15");
test("an alias costs what its model costs", costs, "gpt-5.6", "default", "4", "20");
test("what the published table lacks is known", costs, "gpt-6.1-terra", "default", "1", "5");
test("a tier that nobody knows costs as usual", costs, "gpt-5.4", "auto", "2.5", "15");
test(
  "a dated snapshot costs what its model costs",
  costs,
  "gpt-5.1-2025-11-13",
  "default",
  "1.25",
  "10",
);
test("a small model isn't its large one", costs, "gpt-5-mini-2025-08-07", "default", "0.25", "2");

const isUnknown = test.macro((t, model: string) => {
  const error = t.throws(() => tariff(model, "default"), { code: "PRICE_UNKNOWN" });
  t.like(error, { kind: "account", message: `there is no known price for ${model}` });
});

test("a model that nobody knows has no price", isUnknown, "gpt-7-omega");
test("a model without a name has no price", isUnknown, "");
test("the start of a name is no name", isUnknown, "gpt-5.");
test("more than a date is no snapshot", isUnknown, "gpt-5-2025-08-07-preview");
test("a date alone is no model", isUnknown, "-2025-08-07");
test("a model isn't found in what every object has", isUnknown, "constructor");
test("nor by a name that is none", isUnknown, "__proto__");

test("of a server of one's own it is said which line makes a model free", (t) => {
  const asking = { model: "qwen3:4b", server: "local", serviceTier: "default" };
  const error = t.throws<AutodError>(() => tariffOf(asking, {}), { code: "PRICE_UNKNOWN" });
  t.is(
    error.message,
    'there is no known price for qwen3:4b; where it costs nothing, add prices: { "qwen3:4b": { input: 0, output: 0 } }',
  );
});

test("of OpenAI's models no line makes one free", (t) => {
  const asking = { model: "gpt-7-omega", server: "openai", serviceTier: "default" };
  const error = t.throws<AutodError>(() => tariffOf(asking, {}), { code: "PRICE_UNKNOWN" });
  t.is(error.message, "there is no known price for gpt-7-omega");
});

test("a profile's calls cost what its tier does, or another one", (t) => {
  const asking = { model: "gpt-5.6-luna", server: "openai", serviceTier: "flex" };
  t.deepEqual(tariffOf(asking, {}), tariff("gpt-5.6-luna", "flex"));
  t.deepEqual(tariffOf(asking, {}, "default"), tariff("gpt-5.6-luna", "default"));
});

test("a price that changed counts from its day on, and not before", (t) => {
  const before = tariff("gpt-5.6-luna", "default", {}, new Date("2026-07-29T23:59:59Z"));
  const after = tariff("gpt-5.6-luna", "default", {}, new Date("2026-07-30T00:00:00Z"));
  t.deepEqual([before.price.input, after.price.input], ["1", "0.2"]);
});

test("the published prices are what is generated (npm run generate)", async (t) => {
  const file = new URL("../../src/money/published.ts", import.meta.url);
  t.is(await readFile(file, "utf8"), await published());
});

test("the configuration's row goes before the published one", (t) => {
  t.deepEqual(tariff("gpt-5", "default", { "gpt-5": own }), { price: own, long: null });
});

test("the configuration's row is for every tier and every length", (t) => {
  t.deepEqual(tariff("gpt-5.6-luna", "flex", { "gpt-5.6-luna": own }), { price: own, long: null });
});

test("the configuration's row is for dated snapshots too, unless they have their own", (t) => {
  const dated = { ...own, input: "11" };
  const prices = { "gpt-5": own, "gpt-5-2025-08-07": dated };
  t.is(tariff("gpt-5-2026-01-01", "default", prices).price, own);
  t.is(tariff("gpt-5-2025-08-07", "default", prices).price, dated);
});

test("the configuration's row makes a model known", (t) => {
  t.is(tariff("qwen-local", "default", { "qwen-local": own }).price, own);
  t.is(tariff("gpt-5-mini", "default", { "gpt-5": own }).price.input, "0.25");
});

const models =
  "gpt-6.1-sol gpt-6.1-terra gpt-6-astra gpt-6-sol gpt-6-luna gpt-5.6-sol gpt-5.6-terra gpt-5.6-luna " +
  "gpt-5.5 gpt-5.4 gpt-5.4-mini gpt-5.4-nano gpt-5.2 gpt-5.1 gpt-5 gpt-5-mini gpt-5-nano " +
  "gpt-4.1 gpt-4.1-mini gpt-4o gpt-4o-mini o3";

for (const model of models.split(" ")) {
  test(`the published prices of ${model} are plausible`, (t) => {
    const [usual, flex, priority] = ["default", "flex", "priority"].map((tier) => {
      const { price } = tariff(model, tier);
      for (const usd of Object.values(price)) t.regex(usd, /^\d+(\.\d{0,5}[1-9])?$/);
      const [input, cachedInput, cacheWrite, output] = [
        parseAmount(price.input),
        parseAmount(price.cachedInput),
        parseAmount(price.cacheWrite),
        parseAmount(price.output),
      ] as const;
      t.true(cachedInput < input && input <= cacheWrite && cacheWrite < output);
      return { input, output };
    }) as [Plain, Plain, Plain];
    t.true(flex.input <= usual.input && usual.input <= priority.input);
    t.true(flex.output <= usual.output && usual.output <= priority.output);
  });
}

interface Plain {
  readonly input: bigint;
  readonly output: bigint;
}
