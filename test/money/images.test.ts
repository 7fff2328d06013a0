import test from "ava";
import { assert, constantFrom, integer, property } from "fast-check";
import { imageTokens, mostImageTokens } from "../../src/money/images.ts";

type Pixels = readonly [width: number, height: number];

const cost = test.macro(
  (t, model: string, detail: "low" | "high", pixels: Pixels, tokens: number) => {
    const [width, height] = [(pixels[0] * 72) / 96, (pixels[1] * 72) / 96];
    t.is(imageTokens(model, detail, [{ width, height, pages: 1 }]), tokens);
    t.is(imageTokens(model, detail, [{ width, height, pages: 3 }]), 3 * tokens);
  },
);

const a4 = [794, 1_123] as const;

// OpenAI's own examples.
test("1,024 pixels square are 1,024 patches", cost, "gpt-5.4", "high", [1_024, 1_024], 1_229);
test("2,048 pixels square are as many as fit", cost, "gpt-5.4", "high", [2_048, 2_048], 3_000);

test("at low detail a page is small", cost, "gpt-5.6-luna", "low", a4, 231);
test("a newer model is taken to follow the newest rule", cost, "gpt-7-sol", "low", a4, 231);
test("at low detail earlier models see none", cost, "gpt-5.1", "low", a4, 0);
test("A4 is 25 × 36 patches", cost, "gpt-5.6-sol", "high", a4, 1_080);
test("a snapshot is like its model", cost, "gpt-5-2025-08-07", "high", a4, 910);
test("a small model isn't its large one", cost, "gpt-5-mini-2025-08-07", "high", a4, 1_080);
test("a stamp is one tile", cost, "gpt-4o", "high", [100, 100], 255);
test("a page in tiles", cost, "gpt-4o-mini", "high", a4, 36_835);
test("a page without a size is one patch", cost, "gpt-5.6-luna", "high", [0, 0], 2);
test("a strip", cost, "gpt-5.6-luna", "high", [19_200, 10], 77);

test("no page costs more than the most that it may", (t) => {
  const models = "gpt-5.6-luna gpt-5 gpt-5.2 gpt-4o-mini o3 gpt-4.1-nano".split(" ");
  const detail = constantFrom("low" as const, "high" as const);
  const side = integer({ min: 0, max: 20_000 });
  assert(
    property(constantFrom(...models), detail, side, side, (model, how, width, height) => {
      const page = [{ width, height, pages: 1 }];
      t.true(imageTokens(model, how, page) <= mostImageTokens(model, 1));
    }),
    { numRuns: 2_000 },
  );
});
