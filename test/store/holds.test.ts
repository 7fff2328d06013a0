import { setImmediate as tick } from "node:timers/promises";
import test from "ava";
import { openHolds } from "../../src/store/holds.ts";

const unaborted = new AbortController().signal;

/** Takes holds, and keeps in which order they came. */
function takers() {
  const holds = openHolds();
  const order: string[] = [];
  const take = async (name: string, signal = unaborted, sha256 = "a") => {
    const hold = await holds.take(sha256, signal);
    order.push(name);
    return hold;
  };
  return { order, take };
}

test("what nobody holds is held at once", async (t) => {
  const { take, order } = takers();
  using _hold = await take("one");
  t.deepEqual(order, ["one"]);
});

test("what is held is waited for, in the order of asking", async (t) => {
  const { take, order } = takers();
  const first = await take("first");
  const [second, third] = [take("second"), take("third")];
  await tick();
  t.deepEqual(order, ["first"]);
  first[Symbol.dispose]();
  using held = await second;
  await tick();
  t.deepEqual(order, ["first", "second"]);
  held[Symbol.dispose]();
  (await third)[Symbol.dispose]();
  t.deepEqual(order, ["first", "second", "third"]);
});

test("others' bytes aren't waited for", async (t) => {
  const { take, order } = takers();
  using _one = await take("one", unaborted, "a");
  using _two = await take("two", unaborted, "b");
  t.deepEqual(order, ["one", "two"]);
});

test("whoever gives up waiting leaves the order as it is", async (t) => {
  const { take, order } = takers();
  const stopping = new AbortController();
  const first = await take("first");
  const second = take("second", stopping.signal);
  const third = take("third");
  const reason = new Error("stopped");
  stopping.abort(reason);
  await t.throwsAsync(second, { is: reason });
  await tick();
  t.deepEqual(order, ["first"], "the third still waits for the first");
  first[Symbol.dispose]();
  (await third)[Symbol.dispose]();
  t.deepEqual(order, ["first", "third"]);
});

test("whoever is stopped already holds nothing", async (t) => {
  const { take, order } = takers();
  await t.throwsAsync(take("stopped", AbortSignal.abort(new Error("stopped"))), {
    message: "stopped",
  });
  using _next = await take("next");
  t.deepEqual(order, ["next"]);
});

test("a stop after it was taken leaves a hold alone", async (t) => {
  const { take, order } = takers();
  const stopping = new AbortController();
  const hold = await take("one", stopping.signal);
  stopping.abort();
  const next = take("two");
  await tick();
  t.deepEqual(order, ["one"]);
  hold[Symbol.dispose]();
  (await next)[Symbol.dispose]();
});

test("letting go twice lets in one only", async (t) => {
  const { take, order } = takers();
  const first = await take("first");
  const [second, third] = [take("second"), take("third")];
  first[Symbol.dispose]();
  first[Symbol.dispose]();
  const held = await second;
  first[Symbol.dispose]();
  await tick();
  t.deepEqual(order, ["first", "second"]);
  held[Symbol.dispose]();
  (await third)[Symbol.dispose]();
});

test("never do two hold the same, however many come and go", async (t) => {
  const { take } = takers();
  let holding = 0;
  await Promise.all(
    Array.from({ length: 60 }, async (_, number) => {
      for (let ticks = 0; ticks < number % 7; ticks += 1) await tick();
      const signal = number % 5 === 0 ? AbortSignal.timeout(1) : unaborted;
      const hold = await take(String(number), signal).catch(() => null);
      if (hold === null) return;
      holding += 1;
      t.is(holding, 1);
      await tick();
      holding -= 1;
      hold[Symbol.dispose]();
    }),
  );
});
