import test from "ava";
import { blocksIn, type Reader } from "../../src/intake/blocked.ts";
import { failed, waitingRecord } from "./waiting.ts";

const reader = (server: string, revision: string): Reader => ({ revision, settings: { server } });
const profiles = new Map([
  ["default", reader("openai", "0123456789ab")],
  ["invoices", reader("openai", "ba9876543210")],
  ["private", reader("local", "0123456789ab")],
]);

test("documents of all profiles that wait for one server are one block, since the first of them", (t) => {
  const records = [
    waitingRecord(5, "KEY_REJECTED", {}, { error: failed("KEY_REJECTED", "the last said") }),
    waitingRecord(2, "KEY_REJECTED"),
    waitingRecord(3, "KEY_REJECTED", {}, { profile: "invoices" }),
    waitingRecord(4, "KEY_REJECTED", {}, { profile: "private" }),
  ];
  const { hint } = failed("KEY_REJECTED");
  const common = { scope: "server", code: "KEY_REJECTED", hint } as const;
  t.deepEqual(blocksIn(records, profiles), [
    {
      ...common,
      name: "openai",
      message: "the last said",
      since: records[1]?.waiting?.since ?? "",
      documents: 3,
    },
    {
      ...common,
      name: "local",
      message: "what was said of KEY_REJECTED",
      since: records[3]?.waiting?.since ?? "",
      documents: 1,
    },
  ]);
});

test("a profile is blocked by itself, until it is changed", (t) => {
  const records = [
    waitingRecord(1, "MODEL_UNAVAILABLE"),
    waitingRecord(2, "MODEL_UNAVAILABLE", {}, { profile: "invoices" }),
  ];
  const [only, ...others] = blocksIn(records, profiles);
  t.deepEqual(others, []);
  t.like(only, { scope: "profile", name: "default", code: "MODEL_UNAVAILABLE", documents: 1 });
});

test("a change of the profile mends no server", (t) => {
  const record = waitingRecord(1, "QUOTA_EXHAUSTED", {}, { profileRevision: "ffffffffffff" });
  t.is(blocksIn([record], profiles).length, 1);
});

test("what waits for anything else, or failed of what isn't known, blocks nothing", (t) => {
  const records = [
    waitingRecord(1, "API_BUSY", { reason: "retry" }),
    waitingRecord(2, "BUDGET_EXHAUSTED", { reason: "budget" }),
    waitingRecord(3, "BUDGET_EXHAUSTED"),
    waitingRecord(4, "KEY_REJECTED", { reason: "retry" }),
    waitingRecord(5, "KEY_REJECTED", {}, { profile: "removed" }),
    waitingRecord(6, "KEY_REJECTED", {}, { error: null }),
    waitingRecord(
      7,
      "KEY_REJECTED",
      {},
      { error: { ...failed("KEY_REJECTED"), code: "toString" } },
    ),
    waitingRecord(8, "KEY_REJECTED", {}, { status: "archived", waiting: null }),
  ];
  t.deepEqual(blocksIn(records, profiles), []);
});
