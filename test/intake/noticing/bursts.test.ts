import { setImmediate } from "node:timers/promises";
import test from "ava";
import { openBursts } from "../../../src/intake/noticing/bursts.ts";

test("as many events as the system may drop some of are noticed, if they come in one turn", async (t) => {
  const noticed = { many: 0, floods: 0 };
  const ears = { onMany: () => (noticed.many += 1), onFlood: () => (noticed.floods += 1) };
  const bursts = openBursts(ears, 1_000);
  const turnOf = async (events: number) => {
    for (let event = 0; event < events; event += 1) bursts.count();
    await setImmediate();
    return { ...noticed };
  };
  await turnOf(99);
  t.deepEqual(await turnOf(99), { many: 0, floods: 0 });
  t.deepEqual(await turnOf(100), { many: 1, floods: 0 });
  t.deepEqual(await turnOf(2_500), { many: 2, floods: 1 });
  t.deepEqual(await turnOf(1_000), { many: 3, floods: 2 });
});
