import test from "ava";
import { array, assert, bigInt, constantFrom, nat, oneof, property, record } from "fast-check";
import type { AutodError } from "../../src/errors.ts";
import { type Amount, parseAmount } from "../../src/money/amount.ts";
import { type Caps, openBudget, type Reservation, type Spending } from "../../src/money/budget.ts";
import { runZoned } from "./zoned.ts";

const none: Caps = { perDocument: null, perDay: null, perMonth: null };
const usd = parseAmount;

type Spent = Omit<Spending, "folder">;

/** A budget with a clock that can be set, for documents of one folder that has no caps of its own. */
function budgetAt(at: Date, caps: Partial<Caps>, before: readonly Spent[] = []) {
  const clock = { at };
  const all = { ...none, ...caps };
  const folder = "scans";
  const budget = openBudget(
    { all, folders: new Map() },
    before.map((one) => ({ ...one, folder })),
    () => clock.at,
  );
  return {
    clock,
    reserve: (amount: Amount) => budget.reserve(amount, folder),
    hold: (amount: Amount) => budget.hold(amount, folder),
    book: (spent: Spent) => budget.book({ ...spent, folder }),
    hasRoomFor: (most: string) => budget.hasRoomFor(most, folder),
    requireUnspent: (amount: Amount) => budget.requireUnspent(amount, folder),
  };
}

const noon = new Date(2026, 10, 22, 12);
const nextNoon = new Date(2026, 10, 23, 12);

test("without caps anything is reserved", (t) => {
  const { reserve } = budgetAt(noon, {});
  t.is(reserve(usd("1000000")).amountUsd, "1000000");
});

test("what is reserved may come up to the cap", (t) => {
  const { reserve } = budgetAt(noon, { perDocument: "2", perDay: "2", perMonth: "2" });
  t.is(reserve(usd("2")).amountUsd, "2");
});

test("what is free is reserved under any cap, whatever was spent", (t) => {
  const caps = { perDocument: "0", perDay: "0", perMonth: "1" };
  const spent = { at: noon, amount: usd("3") };
  const budget = budgetAt(noon, caps, [spent]);
  budget.hold(usd("1"));
  t.is(budget.reserve(0n).amountUsd, "0");
  t.true(budget.hasRoomFor("0"));
  t.notThrows(() => budget.requireUnspent(0n));
  t.false(budget.hasRoomFor("0.000001"));
  t.throws(() => budget.requireUnspent(1n), { code: "BUDGET_EXHAUSTED" });
});

const isOver = test.macro((t, caps: Partial<Caps>, name: string) => {
  const { reserve } = budgetAt(noon, caps);
  const error = t.throws(() => reserve(usd("1.000001")), { code: "OVER_BUDGET" });
  t.like(error, {
    kind: "document",
    message: `it could cost up to $1.00, but budget.${name} is $1`,
  });
});

test(
  "one document over its own cap is refused",
  isOver,
  { perDocument: "1", perDay: "9" },
  "perDocument",
);
test("one document over a day's cap is refused", isOver, { perDay: "1", perMonth: "9" }, "perDay");
test("one document over a month's cap is refused", isOver, { perMonth: "1" }, "perMonth");

const isExhausted = test.macro((t, caps: Partial<Caps>, name: string) => {
  const { reserve } = budgetAt(noon, caps, [{ at: noon, amount: usd("0.5") }]);
  const error = t.throws(() => reserve(usd("0.500001")), { code: "BUDGET_EXHAUSTED" });
  t.like(error, {
    kind: "account",
    message: `what is left of budget.${name} ($1) is too little for it`,
  });
  t.notThrows(() => reserve(usd("0.5")), "what fits goes on");
});

test("what doesn't fit into the day waits", isExhausted, { perDay: "1" }, "perDay");
test("what doesn't fit into the month waits", isExhausted, { perMonth: "1" }, "perMonth");

test("a cap of nothing lets nothing through", (t) => {
  const { reserve } = budgetAt(noon, { perDay: "0" });
  t.throws(() => reserve(1n), { code: "OVER_BUDGET" });
  t.notThrows(() => reserve(0n));
});

test("what is reserved is out of others' reach until it is let go of", (t) => {
  const { reserve } = budgetAt(noon, { perDay: "1" });
  const held = reserve(usd("0.6"));
  t.throws(() => reserve(usd("0.6")), { code: "BUDGET_EXHAUSTED" });
  held.release();
  t.notThrows(() => reserve(usd("0.6")));
});

test("letting go twice is harmless", (t) => {
  const { reserve } = budgetAt(noon, { perDay: "1" });
  const [held] = [reserve(usd("0.6")), reserve(usd("0.4"))];
  held.release();
  held.release();
  t.throws(() => reserve(usd("0.7")), { code: "BUDGET_EXHAUSTED" });
  t.notThrows(() => reserve(usd("0.6")));
});

test("two that hold the same amount let go of their own only", (t) => {
  const { reserve } = budgetAt(noon, { perDay: "1" });
  const [one] = [reserve(usd("0.5")), reserve(usd("0.5"))];
  one.release();
  one.release();
  reserve(usd("0.5"));
  t.throws(() => reserve(1n), { code: "BUDGET_EXHAUSTED" });
});

test("a refused reservation holds nothing", (t) => {
  const { reserve } = budgetAt(noon, { perDocument: "1", perDay: "1" });
  reserve(usd("0.6"));
  t.throws(() => reserve(usd("0.6")));
  t.throws(() => reserve(usd("1.1")));
  t.notThrows(() => reserve(usd("0.4")));
});

test("what was booked is gone for the day", (t) => {
  const { reserve, book } = budgetAt(noon, { perDay: "1" });
  book({ at: noon, amount: usd("0.9") });
  t.throws(() => reserve(usd("0.2")), { code: "BUDGET_EXHAUSTED" });
});

test("a day begins at local midnight", (t) => {
  const { reserve, clock } = budgetAt(new Date(2026, 10, 22, 23, 59, 59, 999), { perDay: "1" }, [
    { at: new Date(2026, 10, 22, 0, 0), amount: usd("1") },
    { at: new Date(2026, 10, 21, 23, 59, 59, 999), amount: usd("1") },
  ]);
  t.throws(() => reserve(1n), { code: "BUDGET_EXHAUSTED" });
  clock.at = new Date(2026, 10, 23, 0, 0);
  t.notThrows(() => reserve(usd("1")));
});

test("a month begins on its first at local midnight", (t) => {
  const { reserve, clock } = budgetAt(new Date(2026, 10, 30, 23, 59, 59, 999), { perMonth: "1" }, [
    { at: new Date(2026, 10, 1, 0, 0), amount: usd("1") },
    { at: new Date(2026, 9, 31, 23, 59, 59, 999), amount: usd("1") },
  ]);
  t.throws(() => reserve(1n), { code: "BUDGET_EXHAUSTED" });
  clock.at = new Date(2026, 11, 1, 0, 0);
  t.notThrows(() => reserve(usd("1")));
});

test("a new year is a new month", (t) => {
  const { reserve, clock } = budgetAt(new Date(2026, 11, 31), { perMonth: "1" }, [
    { at: new Date(2026, 11, 31), amount: usd("1") },
  ]);
  t.throws(() => reserve(1n), { code: "BUDGET_EXHAUSTED" });
  clock.at = new Date(2027, 0, 1);
  t.notThrows(() => reserve(usd("1")));
});

test("days are those of the machine's time zone", async (t) => {
  // 10:30 UTC is 23:30 in Auckland, half an hour before its next day.
  const [before, after] = ["2026-11-22T10:30:00Z", "2026-11-22T11:30:00Z"];
  t.deepEqual(await runZoned("Pacific/Auckland", "budget", [before, after]), { fits: true });
  t.deepEqual(await runZoned("UTC", "budget", [before, after]), { fits: false });
});

test("a day on which the clocks change is an hour longer, or shorter", async (t) => {
  // Midnight in Berlin, before and after summer time.
  const midnights = ["2026-03-28T23:00:00Z", "2026-10-24T22:00:00Z", "2026-11-30T23:00:00Z"];
  const [spring, autumn, winter] = (await runZoned("Europe/Berlin", "window", midnights)) as [
    number[],
    number[],
    number[],
  ];
  t.is(spring[0], 23);
  t.is(autumn[0], 25);
  t.deepEqual(winter, [24, 31 * 24]);
  // What was spent in the hour that comes twice is spent on that day.
  const twice = ["2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z"];
  t.deepEqual(await runZoned("Europe/Berlin", "budget", twice), { fits: false });
  t.deepEqual(
    await runZoned("Europe/Berlin", "budget", ["2026-10-25T22:59:00Z", "2026-10-25T23:00:00Z"]),
    { fits: true },
  );
  // Where midnight itself is left out the day begins at one.
  t.deepEqual(
    await runZoned("America/Santiago", "budget", ["2026-09-06T03:59:00Z", "2026-09-06T04:00:00Z"]),
    { fits: true },
  );
});

test("what is still open at midnight may be billed on the next day, and counts for it", (t) => {
  const { reserve, book, clock } = budgetAt(noon, { perDay: "1" });
  const held = reserve(usd("0.9"));
  clock.at = nextNoon;
  t.throws(() => reserve(usd("0.9")), { code: "BUDGET_EXHAUSTED" });
  book({ at: nextNoon, amount: usd("0.3") });
  held.release();
  t.throws(() => reserve(usd("0.8")), { code: "BUDGET_EXHAUSTED" });
  t.notThrows(() => reserve(usd("0.7")));
});

test("a clock that is set back reopens nothing", (t) => {
  const { reserve, clock, book } = budgetAt(nextNoon, { perDay: "1" });
  book({ at: nextNoon, amount: usd("0.9") });
  clock.at = noon;
  t.throws(() => reserve(usd("0.2")), { code: "BUDGET_EXHAUSTED" });
  book({ at: noon, amount: usd("0.1") });
  t.throws(() => reserve(1n), { code: "BUDGET_EXHAUSTED" });
});

test("a clock that was set back before the start reopens nothing either", (t) => {
  const { reserve } = budgetAt(noon, { perMonth: "1" }, [
    { at: new Date(2026, 11, 1), amount: usd("0.9") },
  ]);
  t.throws(() => reserve(usd("0.2")), { code: "BUDGET_EXHAUSTED" });
});

const cents = bigInt({ min: 0n, max: 130n }).map((some) => (some * usd("1")) / 100n);
const steps = oneof(
  record({ do: constantFrom("reserve" as const), amount: cents }),
  record({ do: constantFrom("bill" as const), which: nat(9), percent: nat(100) }),
  record({ do: constantFrom("release" as const), which: nat(9) }),
  record({ do: constantFrom("wait" as const), minutes: nat(40 * 60) }),
);

test("spent and reserved never pass a cap, whatever happens in whatever order", (t) => {
  const caps = { perDocument: "0.8", perDay: "1", perMonth: "3" };
  let refused = 0;
  assert(
    property(array(steps, { maxLength: 60, size: "max" }), (story) => {
      const { reserve, book, clock } = budgetAt(new Date(2026, 10, 20), caps);
      const booked: { readonly at: Date; readonly amount: Amount }[] = [];
      const open: { readonly held: Reservation; readonly amount: Amount }[] = [];
      const spentIn = (start: Date) =>
        booked.filter(({ at }) => at >= start).reduce((sum, { amount }) => sum + amount, 0n);

      for (const step of story) {
        if (step.do === "wait") clock.at = new Date(clock.at.getTime() + step.minutes * 60_000);
        else if (step.do === "reserve") {
          try {
            open.push({ held: reserve(step.amount), amount: step.amount });
            t.true(step.amount <= usd(caps.perDocument));
          } catch {
            refused += 1;
          }
        } else {
          const [ended] = open.splice(step.which % Math.max(open.length, 1), 1);
          if (ended && step.do === "bill") {
            const amount = (ended.amount * BigInt(step.percent)) / 100n;
            booked.push({ at: clock.at, amount });
            book({ at: clock.at, amount });
          }
          ended?.held.release();
        }
        const { at } = clock;
        const [year, month, day] = [at.getFullYear(), at.getMonth(), at.getDate()];
        const reserved = open.reduce((sum, { amount }) => sum + amount, 0n);
        t.true(spentIn(new Date(year, month, day)) + reserved <= usd(caps.perDay));
        t.true(spentIn(new Date(year, month, 1)) + reserved <= usd(caps.perMonth));
      }
    }),
  );
  t.true(refused > 0);
});

test("what is left of a cap can be reserved to the last digit", (t) => {
  assert(
    property(array(cents, { maxLength: 7 }), (amounts) => {
      const { reserve } = budgetAt(noon, { perDay: "10" });
      for (const amount of amounts) reserve(amount);
      const left = usd("10") - amounts.reduce((sum, amount) => sum + amount, 0n);
      t.throws(() => reserve(left + 1n));
      t.notThrows(() => reserve(left));
    }),
  );
});

test("what is held without being asked for is so whatever the caps say, until it is let go of", (t) => {
  const { hold, reserve } = budgetAt(noon, { perDocument: "1", perDay: "2", perMonth: "2" });
  const held = hold(usd("3"));
  t.is(held.amountUsd, "3");
  t.throws(() => reserve(usd("0.1")), { code: "BUDGET_EXHAUSTED" });
  held.release();
  t.is(reserve(usd("1")).amountUsd, "1");
});

/** Reservations of a dollar at most, where a folder may cost so much a day. */
function withFolder(perDay: string, all: Partial<Caps> = {}, before: Iterable<Spending> = []) {
  const folders = new Map([["mail", { ...none, perDay }]]);
  return openBudget({ all: { ...none, ...all }, folders }, before, () => noon);
}

test("a folder's own cap is kept, and binds no other", (t) => {
  const { reserve } = withFolder("1");
  reserve(usd("0.6"), "mail");
  const error = t.throws(() => reserve(usd("0.6"), "mail"), { code: "BUDGET_EXHAUSTED" });
  t.is(error?.message, "what is left of folders.mail.budget.perDay ($1) is too little for it");
  t.notThrows(() => reserve(usd("100"), "scans"));
  t.notThrows(() => reserve(usd("0.4"), "mail"));
});

test("a folder's documents count against the caps of all too, and others' not against its own", (t) => {
  const { reserve, hasRoomFor } = withFolder("1", { perDay: "2" });
  reserve(usd("1.5"), "scans");
  t.true(hasRoomFor("0.5", "mail"));
  t.false(hasRoomFor("0.500000000001", "mail"));
  const error = t.throws(() => reserve(usd("0.6"), "mail"), { code: "BUDGET_EXHAUSTED" });
  t.regex(error?.message ?? "", /budget\.perDay \(\$2\)/);
});

test("what was spent in a folder before the start counts there", (t) => {
  const spent = { at: noon, amount: usd("0.9") };
  const { reserve } = withFolder("1", {}, [
    { ...spent, folder: "mail" },
    { ...spent, folder: "scans" },
  ]);
  t.throws(() => reserve(usd("0.2"), "mail"), { code: "BUDGET_EXHAUSTED" });
  t.notThrows(() => reserve(usd("0.1"), "mail"));
});

test("one document over its folder's cap is refused", (t) => {
  const error = t.throws(() => withFolder("1").reserve(usd("1.1"), "mail"), {
    code: "OVER_BUDGET",
  });
  t.is(error?.message, "it could cost up to $1.10, but folders.mail.budget.perDay is $1");
});

test("what is let go of is let go of everywhere", (t) => {
  const { reserve } = withFolder("1", { perDay: "1" });
  reserve(usd("1"), "mail").release();
  t.notThrows(() => reserve(usd("1"), "mail"));
});

test("a document may not cost more in all than one may", (t) => {
  const { reserve } = openBudget({ all: { ...none, perDocument: "1" }, folders: new Map() }, []);
  t.notThrows(() => reserve(usd("0.4"), "scans", usd("0.6")));
  const error = t.throws(() => reserve(usd("0.5"), "scans", usd("0.6")), { code: "OVER_BUDGET" });
  t.is(
    error?.message,
    "it could cost up to $1.10 in all, $0.60 of it spent already, but budget.perDocument is $1",
  );
});

test("what is only held keeps nobody from coming in, but what is spent does", (t) => {
  const { reserve, book, requireUnspent } = budgetAt(noon, { perDay: "1" });
  reserve(usd("0.9"));
  t.notThrows(() => requireUnspent(usd("0.2")));
  book({ at: noon, amount: usd("0.9") });
  const error = t.throws(() => requireUnspent(usd("0.2")), { code: "BUDGET_EXHAUSTED" });
  t.is((error as AutodError).retryAfter, 12 * 3_600_000);
  t.notThrows(() => requireUnspent(usd("0.1")));
});

test("where day and month are used up the month is waited for", (t) => {
  const spent = [{ at: noon, amount: usd("1") }];
  const { requireUnspent } = budgetAt(noon, { perDay: "1", perMonth: "1" }, spent);
  const error = t.throws(() => requireUnspent(1n), { code: "BUDGET_EXHAUSTED" });
  t.regex(error?.message ?? "", /perMonth/);
});
