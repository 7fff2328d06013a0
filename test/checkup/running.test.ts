import test from "ava";
import { checkRunning, type Running } from "../../src/checkup/running.ts";
import type { DaemonState } from "../../src/state.ts";

const state: DaemonState = {
  version: "1.0.0",
  pid: 17,
  startedAt: "2026-01-15T10:00:00.000Z",
  pausedSince: null,
  settings: { file: "/a.yaml", readAt: "2026-01-15T10:00:00.000Z", refused: null, later: [] },
  leaving: 0,
  notify: null,
};
const well: Running = { isHeld: true, state, pausedSince: null, version: "1.0.0" };
const told = (change: Partial<Running>) =>
  checkRunning({ ...well, ...change }).map((one) => `${one.state}: ${one.message}`);

test("whether autod is running, and what keeps it from working as it is told", (t) => {
  t.regex(told({}).join(), /^well: is running since 2026-01-15 \d\d:00 \(process 17\)$/);
  t.regex(told({ isHeld: false, state: null }).join(), /^well: is not running/);
  t.deepEqual(told({ state: null }), ["warning: is running, but doesn't answer"]);
  t.deepEqual(told({ version: "1.0.1" }), [
    "warning: is running as version 1.0.0, and this is 1.0.1",
  ]);
  t.regex(told({ pausedSince: state.startedAt })[1] ?? "", /^warning: is paused since/);
  const refused = { at: state.startedAt, message: "a.yaml:3: what is wrong" };
  const settings = { ...state.settings, refused, later: ["logs.dir"] };
  t.deepEqual(told({ state: { ...state, settings } }).slice(1), [
    "warning: what the configuration says now is not in force: a.yaml:3: what is wrong",
    "warning: logs.dir: in force from the next start on",
  ]);
});
