import { setImmediate } from "node:timers/promises";
import test from "ava";
import { together } from "../../src/desk/together.ts";

const numbers = Array.from({ length: 500 }, (_, index) => index);

test("some are done at a time, and what came of them stands in their order", async (t) => {
  let open = 0;
  let most = 0;
  const results = await together(numbers, async (one) => {
    open += 1;
    most = Math.max(most, open);
    for (let turn = one % 7; turn > 0; turn -= 1) await setImmediate();
    open -= 1;
    return one * 2;
  });
  t.deepEqual(
    results,
    numbers.map((one) => one * 2),
  );
  t.true(most > 1 && most < numbers.length);
});

test("where one fails nothing goes on behind, and no others are begun", async (t) => {
  let begun = 0;
  let ended = 0;
  const act = async (one: number) => {
    begun += 1;
    if (one === 3) throw new Error("three");
    await setImmediate();
    ended += 1;
  };
  await t.throwsAsync(together(numbers, act), { message: "three" });
  t.is(ended, begun - 1);
  t.true(begun < numbers.length);
});
