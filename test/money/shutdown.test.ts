import test from "ava";
import { shutdownOf, shutdownsOf, shutdownWords } from "../../src/money/shutdown.ts";

const on = (day: string) => new Date(`${day}T12:00:00Z`);

test("an end is told of from sixty days before", (t) => {
  t.is(shutdownOf("gpt-5", on("2026-10-10")), null);
  t.deepEqual(shutdownOf("gpt-5", on("2026-10-12")), {
    model: "gpt-5",
    date: "2026-12-11",
    days: 60,
  });
});

test("a dated snapshot ends with its model, unless an end of its own was announced", (t) => {
  t.like(shutdownOf("gpt-5-2025-08-07", on("2026-12-01")), { date: "2026-12-11", days: 10 });
  t.like(shutdownOf("gpt-4o-2024-05-13", on("2026-10-01")), { date: "2026-10-23" });
  t.like(shutdownOf("gpt-4o-2024-08-06", on("2026-12-01")), { date: "2027-01-14" });
});

test("what begins alike is another model, and of most no end is known", (t) => {
  t.is(shutdownOf("gpt-5.6-luna", on("2026-12-10")), null);
  t.is(shutdownOf("gpt-99", on("2026-12-10")), null);
});

test("an end is told in words, also once it is over", (t) => {
  const words = (day: string) => shutdownWords(shutdownOf("gpt-5", on(day))!);
  t.is(words("2026-11-28"), "gpt-5 is shut down on 2026-12-11, in 13 days");
  t.is(words("2026-12-10"), "gpt-5 is shut down on 2026-12-11, in 1 day");
  t.is(words("2026-12-12"), "gpt-5 was shut down on 2026-12-11");
});

test("of several models the next to go is first, each once", (t) => {
  const profiles = ["gpt-4o", "gpt-5", "gpt-5.6-luna", "gpt-5"].map((model) => ({ model }));
  t.deepEqual(
    shutdownsOf(profiles, on("2026-12-01")).map(({ model }) => model),
    ["gpt-5", "gpt-4o"],
  );
});
