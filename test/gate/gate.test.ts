import test from "ava";
import { AutodError } from "../../src/errors.ts";
import { makeGate } from "../../src/gate/gate.ts";

const busy = new AutodError("API_BUSY", "slow down");
const wrongKey = new AutodError("KEY_REJECTED", "no such key");

/** A gate with waits of a few milliseconds; its free look fails as often as `failing` says. */
function gateWith({ failing = 0, waits = { pause: 1, block: 1, longest: 8 } } = {}) {
  const ends = new AbortController();
  const changes: string[] = [];
  const looks = { made: 0 };
  const gate = makeGate({
    waits,
    signal: ends.signal,
    probe: async () => {
      looks.made += 1;
      if (looks.made <= failing) throw busy;
    },
    onChange: (change, { kind }) => changes.push(`${kind} ${change}`),
  });
  return { gate, ends, changes, looks };
}

type Gate = ReturnType<typeof makeGate>;
async function until(gate: Gate, isSo: () => boolean): Promise<void> {
  while (!isSo()) await gate.changed();
}

test("an open gate lets everyone through", (t) => {
  const { gate } = gateWith();
  gate.enter({});
  gate.enter({});
  t.true(gate.isFree());
  t.is(gate.shut(), null);
});

test("a shut gate lets nobody through until a free look finds it over, and then one", async (t) => {
  const { gate, looks, changes } = gateWith({ failing: 3 });
  gate.close("block", wrongKey);
  t.false(gate.isFree());
  await until(gate, gate.isFree);
  t.is(looks.made, 4);
  const first = {};
  gate.enter(first);
  t.true(gate.isTried(first));
  t.false(gate.isFree(), "the first decides for the others");
  t.is(gate.shut()?.error, wrongKey);
  t.deepEqual(changes, ["block shut", "block trial"]);
});

test("the waits between looks are doubled up to the longest", async (t) => {
  const { gate } = gateWith({ failing: 5, waits: { pause: 1, block: 1, longest: 4 } });
  const waits: number[] = [];
  gate.close("pause", busy);
  for (let look = 0; look < 5; look += 1) {
    const { until: time = 0 } = gate.shut() ?? {};
    waits.push(time - Date.now());
    await gate.changed();
  }
  // A timer may be a millisecond late, never early.
  t.true(waits.every((wait) => wait <= 4));
  t.true((waits[0] ?? 9) <= 1);
  t.true((waits[1] ?? 9) <= 2);
});

test("who is tried opens the gate for all, or shuts it for longer", async (t) => {
  const { gate, changes } = gateWith();
  gate.close("block", wrongKey);
  await until(gate, gate.isFree);
  gate.enter({});
  gate.close("block", wrongKey);
  t.false(gate.isFree());
  await until(gate, gate.isFree);
  gate.open();
  gate.open();
  t.is(gate.shut(), null);
  t.deepEqual(changes, ["block shut", "block trial", "block trial", "block open"]);
});

test("who was tried and said nothing leaves the trial to the next", async (t) => {
  const { gate } = gateWith();
  gate.close("pause", busy);
  await until(gate, gate.isFree);
  const [first, second] = [{}, {}];
  gate.enter(first);
  gate.leave(second);
  t.false(gate.isFree());
  gate.leave(first);
  t.true(gate.isFree());
  gate.enter(second);
  t.true(gate.isTried(second));
});

test("a pause that the server itself put a time to ends without a look", async (t) => {
  const { gate, looks } = gateWith({ failing: 99 });
  gate.close("pause", busy, 5);
  await until(gate, gate.isFree);
  t.is(looks.made, 0);
});

test("a time that no timer can hold is waited for all the same", (t) => {
  const { gate, ends } = gateWith();
  const year = 365 * 86_400_000;
  gate.close("pause", busy, year);
  t.true((gate.shut()?.until ?? 0) > Date.now() + year - 60_000);
  t.false(gate.isFree());
  ends.abort();
});

test("the end of the work ends all waiting, and looks no more", async (t) => {
  const { gate, ends, looks } = gateWith();
  gate.close("pause", busy);
  const waiting = gate.changed();
  ends.abort(new Error("stopped"));
  await t.throwsAsync(waiting, { message: "stopped" });
  await t.throwsAsync(gate.changed(), { message: "stopped" });
  gate.close("block", wrongKey);
  t.is(looks.made, 0);
});

test("what was shut for weather is shut for a person's doing at once", async (t) => {
  const { gate, changes } = gateWith();
  gate.close("pause", busy);
  gate.close("block", wrongKey);
  t.is(gate.shut()?.kind, "block");
  t.deepEqual(changes, ["pause shut", "block shut"]);
  await until(gate, gate.isFree);
});
