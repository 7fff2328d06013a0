import { setImmediate } from "node:timers/promises";
import test from "ava";
import { openTurnstile } from "../../src/intake/turnstile.ts";

test("who holds it has a moment without any, and what comes meanwhile waits for its end", async (t) => {
  const turnstile = openTurnstile();
  const told: string[] = [];
  const first = Promise.withResolvers<void>();
  const passing = turnstile.pass(async () => {
    await first.promise;
    told.push("first");
  });
  const holding = turnstile.hold();
  const waiting = turnstile.pass(async () => void told.push("second"));
  await setImmediate();
  t.deepEqual(told, []);
  first.resolve();
  {
    using _ = await holding;
    await setImmediate();
    t.deepEqual(told, ["first"]);
  }
  await Promise.all([passing, waiting]);
  t.deepEqual(told, ["first", "second"]);
});

test("what fails in it holds nobody up", async (t) => {
  const turnstile = openTurnstile();
  const failing = turnstile.pass(() => Promise.reject(new Error("in it")));
  await t.throwsAsync(failing, { message: "in it" });
  using _ = await turnstile.hold();
  t.pass();
});

test("several hold it at a time, and the last one lets go", async (t) => {
  const turnstile = openTurnstile();
  const [one, other] = [await turnstile.hold(), await turnstile.hold()];
  let hasPassed = false;
  const passing = turnstile.pass(async () => void (hasPassed = true));
  one[Symbol.dispose]();
  await setImmediate();
  t.false(hasPassed);
  other[Symbol.dispose]();
  await passing;
  t.true(hasPassed);
});
