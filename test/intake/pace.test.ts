import test from "ava";
import { timeFor } from "../../src/intake/pace.ts";
import { seededRecord } from "../helpers/seeded-store.ts";

const now = Date.parse("2026-11-28T12:00:00Z");
const doneBefore = (seconds: number, status: "archived" | "waiting" = "archived") =>
  seededRecord(seconds, { status, updatedAt: new Date(now - seconds * 1_000).toISOString() });

test("what is left takes as long as what was just done", (t) => {
  const last = [100, 80, 60, 40, 20].map((seconds) => doneBefore(seconds));
  t.is(timeFor(30, last, now), 600_000);
  const long = [5_000, 4_000].map((seconds) => doneBefore(seconds));
  t.is(timeFor(30, [...long, ...last], now), 600_000, "long ago says nothing of now");
});

test("nobody can tell from a few, from what ended a while ago, or from what waits", (t) => {
  t.is(
    timeFor(
      30,
      [100, 80, 60, 40].map((seconds) => doneBefore(seconds)),
      now,
    ),
    null,
  );
  t.is(
    timeFor(
      30,
      [500, 480, 460, 440, 420].map((seconds) => doneBefore(seconds)),
      now,
    ),
    null,
  );
  t.is(
    timeFor(
      30,
      [100, 80, 60, 40, 20].map((seconds) => doneBefore(seconds, "waiting")),
      now,
    ),
    null,
  );
});
