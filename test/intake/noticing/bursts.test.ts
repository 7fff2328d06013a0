import { setImmediate } from "node:timers/promises";
import test from "ava";
import { openBursts } from "../../../src/intake/noticing/bursts.ts";

test("as many events as the system may drop some of are noticed, if they come in one turn", async (t) => {
  let noticed = 0;
  const bursts = openBursts(() => (noticed += 1), 100);
  for (let event = 0; event < 99; event += 1) bursts.count();
  await setImmediate();
  for (let event = 0; event < 99; event += 1) bursts.count();
  await setImmediate();
  t.is(noticed, 0);
  for (let event = 0; event < 250; event += 1) bursts.count();
  await setImmediate();
  t.is(noticed, 1);
  for (let event = 0; event < 100; event += 1) bursts.count();
  await setImmediate();
  t.is(noticed, 2);
});
