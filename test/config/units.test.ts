import test from "ava";
import { assert, double, integer, nat, property } from "fast-check";
import { z } from "zod";
import { cron, decimal, duration, money, size } from "../../src/config/units.ts";

type Unit = z.ZodType;

const reads = test.macro((t, unit: Unit, written: unknown, value: unknown) => {
  t.is(unit.parse(written), value);
});

const refuses = test.macro((t, unit: Unit, written: unknown, message: RegExp) => {
  t.regex(unit.safeParse(written).error?.issues[0]?.message ?? "", message);
});

test("a duration in ms is read", reads, duration(), "250ms", 250);
test("a duration in s is read", reads, duration(), "2s", 2000);
test("a duration in m is read", reads, duration(), "10 m", 600_000);
test("a duration in h is read", reads, duration(), "1.5h", 5_400_000);
test("a duration in d is read", reads, duration(), "1d", 86_400_000);
test("a duration has no rounding error", reads, duration(), "1.1m", 66_000);
test("a duration has a unit", refuses, duration(), "5", /expected a duration .* found "5"/);
test("a duration is no number", refuses, duration(), 5, /expected a duration .* found 5/);
test("a duration isn't negative", refuses, duration(), "-5s", /expected a duration/);
test("a duration has one unit", refuses, duration(), "1h30m", /expected a duration/);
test("a duration keeps its lower bound", refuses, duration({ least: "1h" }), "59m", /at least 1h/);
test("a duration is no longer than a timer", refuses, duration(), "25d", /at most 24d/);

test("a size in B is read", reads, size(), "12B", 12);
test("a size in KB is of 1,000", reads, size(), "1.5KB", 1500);
test("a size in MB is read", reads, size(), "50MB", 50_000_000);
test("a size in GB is read in lower case", reads, size(), "1 gb", 1e9);
test("a size is not of 1,024", refuses, size(), "1MiB", /expected a size/);
test("a size has a unit", refuses, size(), 1000, /expected a size .* found 1000/);
test("a size isn't nothing", refuses, size(), "0MB", /at least 1B/);
test("a size is exact", refuses, size(), "99999999GB", /too large/);

test("money has no trailing zeros", reads, money(), "0.50", "0.5");
test("money may be a number", reads, money(), 2, "2");
test("money has no exponent", reads, money(), 1e-7, "0.0000001");
test(
  "money keeps digits that a number can't hold",
  reads,
  money(),
  "123456789012.000000000001",
  "123456789012.000000000001",
);
test("money of nothing is 0", reads, money(), "0.00", "0");
test("money isn't negative", refuses, money(), -1, /must not be negative/);
test("money is no word", refuses, money(), "much", /expected an amount in USD/);
test("money is no truth", refuses, money(), true, /expected an amount in USD/);
test("money is finite", refuses, money(), Infinity, /expected an amount in USD/);
test(
  "a price has at most 6 decimals",
  refuses,
  money({ decimals: 6 }),
  "0.1234567",
  /more than 6 digits/,
);
test("zeros are no decimals", reads, money({ decimals: 6 }), "0.1234560000", "0.123456");

test("a cron expression is read", reads, cron(), "*/5 * * * *", "*/5 * * * *");
test(
  "anything else is no cron expression",
  refuses,
  cron(),
  "often",
  /expected a cron expression .* found "often"/,
);

const isDecimal = test.macro((t, text: string, exact: string | undefined) => {
  t.is(decimal(text), exact);
});

test("a decimal loses its exponent", isDecimal, "1.50e1", "15");
test("a decimal loses a negative exponent", isDecimal, "12e-4", "0.0012");
test("a decimal needs no digit before its point", isDecimal, ".5", "0.5");
test("a decimal loses zeros on both sides", isDecimal, "007.10", "7.1");
test("a decimal keeps its sign", isDecimal, "-0.10", "-0.1");
test("nothing has no sign", isDecimal, "-0.0", "0");
test("a point alone is no decimal", isDecimal, ".", undefined);
test("hexadecimal is no decimal", isDecimal, "0x10", undefined);
test("nobody means an exponent of 999", isDecimal, "1e999", undefined);
test("nobody means so many digits", isDecimal, "1".repeat(61), undefined);

test("a decimal is worth as much as the number it was", (t) => {
  assert(
    property(double({ min: 1e-30, max: 1e30, noNaN: true }), (number) => {
      t.is(Number(decimal(String(number))), number);
    }),
  );
});

const writtenBack = (unit: Unit, value: unknown) => unit.parse(z.encode(unit, value));

test("what is written back means the same", (t) => {
  assert(
    property(nat(86_400_000 * 24), integer({ min: 1, max: 1e12 }), (time, space) => {
      t.is(writtenBack(duration(), time), time);
      t.is(writtenBack(size(), space), space);
    }),
  );
  t.is(writtenBack(money(), "0.1"), "0.1");
  t.is(writtenBack(money(), "9007199254740993"), "9007199254740993");
});
