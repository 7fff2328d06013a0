import test from "ava";
import { waitsIn } from "../../src/intake/waits.ts";
import { failed, waitingRecord } from "./waiting.ts";

const at = (hour: number) => new Date(Date.UTC(2026, 0, 2, hour)).toISOString();

test("documents that wait for the same are told together, with the first since and the next time", (t) => {
  const records = [
    waitingRecord(1, "KEY_REJECTED"),
    waitingRecord(3, "API_BUSY", { reason: "retry", retryAt: at(9) }),
    waitingRecord(2, "API_BUSY", { reason: "retry", retryAt: at(8) }),
    waitingRecord(4, "API_BUSY", { reason: "retry", retryAt: null }),
  ];
  t.deepEqual(waitsIn(records), [
    {
      reason: "retry",
      code: "API_BUSY",
      hint: failed("API_BUSY").hint,
      documents: 3,
      since: records[2]?.waiting?.since ?? "",
      retryAt: at(8),
    },
    {
      reason: "account",
      code: "KEY_REJECTED",
      hint: failed("KEY_REJECTED").hint,
      documents: 1,
      since: records[0]?.waiting?.since ?? "",
      retryAt: null,
    },
  ]);
});

test("what met nothing waits for no code, and what doesn't wait is left out", (t) => {
  const records = [
    waitingRecord(1, "API_BUSY", { reason: "retry" }, { error: null }),
    waitingRecord(2, "API_BUSY", { reason: "retry" }, { status: "undone" }),
    waitingRecord(3, "API_BUSY", {}, { waiting: null }),
  ];
  const waits = waitsIn(records);
  t.is(waits.length, 1);
  t.like(waits[0], { code: null, hint: null, documents: 1 });
});
