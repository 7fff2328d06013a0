import { mock } from "node:test";
import test from "ava";
import { AutodError } from "../../src/errors.ts";
import { openGates } from "../../src/gate/gates.ts";
import type { Profile } from "../../src/openai/profile.ts";
import { captureLogs } from "../helpers/capture-logs.ts";

const scans = { key: "default", settings: { server: "openai" } } as Profile;
const wrongKey = new AutodError("KEY_REJECTED", "no such key");
const [minDelay, maxDelay] = [1_000, 300_000];

test.before(() => mock.timers.enable({ apis: ["setTimeout", "Date"] }));
test.after.always(() => mock.timers.reset());

/** Gates whose free look fails; gives how many seconds lay between the looks. */
function gatesWith() {
  const looks: number[] = [];
  let last = Date.now();
  const gates = openGates({
    retry: { minDelay, maxDelay },
    probe: async () => {
      looks.push((Date.now() - last) / 1000);
      last = Date.now();
      throw wrongKey;
    },
    onFree: () => undefined,
    signal: new AbortController().signal,
    log: captureLogs().logger,
  });
  return { gates, looks };
}

/** Lets time go by, a second at once; what it sets off has its turn. */
async function pass(seconds: number): Promise<void> {
  for (let second = 0; second < seconds; second += 1) {
    mock.timers.tick(1000);
    for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
  }
}

test.serial(
  "what a person must mend is looked at after 30 s, and ever less often up to 5 minutes",
  async (t) => {
    const { gates, looks } = gatesWith();
    gates.enter(scans)?.failed("extract", wrongKey, undefined);
    await pass(30 + 60 + 120 + 240 + 300 + 300);
    t.deepEqual(looks, [30, 60, 120, 240, 300, 300]);
  },
);

test.serial(
  "several that meet it at the same time shut the gate for no longer than one",
  async (t) => {
    const { gates, looks } = gatesWith();
    const all = Array.from({ length: 4 }, () => gates.enter(scans));
    for (const one of all) one?.failed("extract", wrongKey, undefined);
    await pass(30 + 60);
    t.deepEqual(looks, [30, 60]);
  },
);

test.serial("a server that is busy is looked at after a second, and ever less often", async (t) => {
  const { gates, looks } = gatesWith();
  const busy = new AutodError("API_BUSY", "slow down");
  const one = gates.enter(scans);
  for (let failure = 0; failure < 8; failure += 1) one?.failed("extract", busy, undefined);
  await pass(1 + 2 + 4 + 8 + 16);
  t.deepEqual(looks, [1, 2, 4, 8, 16]);
});
