import test from "ava";
import { array, assert, bigInt, integer, property, tuple } from "fast-check";
import { formatAmount, parseAmount, showAmount } from "../../src/money/amount.ts";

const UNIT = 10n ** 12n;
const amounts = bigInt({ min: -(10n ** 24n), max: 10n ** 24n });
/** Anything down to a 10⁻¹² of a dollar, with small amounts as likely as large ones. */
const somethings = tuple(integer({ min: 0, max: 20 }), integer({ min: 1, max: 999_999 })).map(
  ([zeros, digits]) => BigInt(digits) * 10n ** BigInt(zeros),
);

const isAmount = test.macro((t, text: string, amount: bigint) => {
  t.is(parseAmount(text), amount);
});

test("a dollar is a million millionths of a millionth", isAmount, "1", UNIT);
test("an amount may have 12 digits behind its point", isAmount, "0.000000000001", 1n);
test("an amount may end in zeros", isAmount, "1.50", 15n * 10n ** 11n);
test("an amount may begin with zeros", isAmount, "007", 7n * UNIT);
test("an amount may be less than nothing", isAmount, "-0.5", -UNIT / 2n);
test(
  "an amount may be more than a number holds",
  isAmount,
  "9007199254740993",
  9007199254740993n * UNIT,
);
test("nothing less than nothing is nothing", isAmount, "-0", 0n);

const isNoAmount = test.macro((t, text: string) => {
  t.throws(() => parseAmount(text), { message: `no amount of money: ${JSON.stringify(text)}` });
});

for (const text of [
  "",
  " ",
  "1 ",
  "+1",
  ".5",
  "1.",
  "1e3",
  "1,5",
  "0x10",
  "NaN",
  "--1",
  "1\n",
  "٣",
]) {
  test(`${JSON.stringify(text)} is no amount of money`, isNoAmount, text);
}
test("13 digits behind the point are too many", isNoAmount, "0.0000000000001");

const isWritten = test.macro((t, amount: bigint, text: string) => {
  t.is(formatAmount(amount), text);
});

test("nothing is written as 0", isWritten, 0n, "0");
test("the least is written without exponent", isWritten, 1n, "0.000000000001");
test("an amount has no trailing zeros", isWritten, 25n * 10n ** 11n, "2.5");
test("whole dollars have no point", isWritten, 40n * UNIT, "40");
test("less than nothing has its sign first", isWritten, -UNIT / 4n, "-0.25");

test("reading is the inverse of writing", (t) => {
  assert(property(amounts, (amount) => t.is(parseAmount(formatAmount(amount)), amount)));
});

test("what is written has no exponent and no trailing zeros", (t) => {
  assert(
    property(amounts, (amount) => t.regex(formatAmount(amount), /^-?(0|[1-9]\d*)(\.\d*[1-9])?$/)),
  );
});

test("a sum doesn't depend on the order", (t) => {
  assert(
    property(array(amounts), (list) => {
      const sum = (some: readonly bigint[]) =>
        some.map((one) => parseAmount(formatAmount(one))).reduce((all, one) => all + one, 0n);
      t.is(sum(list), sum(list.toReversed()));
      t.is(sum(list), sum(list.toSorted((a, b) => (a < b ? -1 : 1))));
    }),
  );
});

const isShown = test.macro((t, text: string, shown: string) => {
  t.is(showAmount(parseAmount(text)), shown);
});

test("nothing is shown as $0.00", isShown, "0", "$0.00");
test("dollars are shown with cents", isShown, "12.3", "$12.30");
test("whole dollars are shown with cents", isShown, "40", "$40.00");
test("many dollars are rounded to cents", isShown, "12.345", "$12.35");
test(
  "what is less than a cent is shown by the first two digits that count",
  isShown,
  "0.00075704",
  "$0.00076",
);
test("a digit that counts is shown alone", isShown, "0.0008", "$0.0008");
test("rounding may go over", isShown, "0.00996", "$0.01");
test("rounding may go over to a dollar", isShown, "0.999", "$1.00");
test("the least is shown", isShown, "0.000000000001", "$0.000000000001");
test("less than nothing is rounded like more", isShown, "-12.345", "-$12.35");
test("a little less than nothing is shown", isShown, "-0.00075704", "-$0.00076");

test("something is never shown as nothing, and never by less than 2 % or half a cent off", (t) => {
  assert(
    property(somethings, (amount) => {
      for (const some of [amount, -amount]) {
        const shown = showAmount(some);
        t.regex(shown, /^-?\$\d+\.\d{2,12}$/);
        const back = parseAmount(shown.replace("$", ""));
        t.not(back, 0n);
        const off = back > some ? back - some : some - back;
        t.true(off <= UNIT / 200n);
        t.true(amount > UNIT / 10n || off * 20n <= amount);
      }
    }),
  );
});
