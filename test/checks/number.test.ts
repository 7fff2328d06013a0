import test from "ava";
import { assert, constantFrom, integer, property } from "fast-check";
import { writesAmount } from "../../src/checks/number.ts";
import { passageOf } from "../../src/checks/passage.ts";

const writes = test.macro({
  exec: (t, text: string, amount: string, expected: boolean = true) => {
    t.is(writesAmount(passageOf(text), amount), expected);
  },
  title: (_, text: string, amount: string, expected = true) =>
    `${JSON.stringify(text)} is ${expected ? "" : "not "}${amount}`,
});

test(writes, "Total 1.234,56 €", "1234.56");
test(writes, "$1,234.56", "1234.56");
test(writes, "1 234,56 zł", "1234.56");
test(writes, "1\u202f234,56", "1234.56");
test(writes, "CHF 1'234.56", "1234.56");
test(writes, "CHF 1’234.56", "1234.56");
test(writes, "1234,5", "1234.50");
test(writes, "1.234,-", "1234");
test(writes, "1.234,-", "1234.00");
test(writes, "12,34 €", "12.34");
test(writes, "EUR12,34", "12.34");
test(writes, "₹ 12,34,567.80", "1234567.8");
test(writes, "¥1,234", "1234");
test(writes, "1,234 KWD", "1.234");
test(writes, "1,163.4000", "1163.40");
test(writes, ".50", "0.50");
test(writes, "-9,32", "9.32");
test(writes, "9,32-", "-9.32");
test(writes, "١٬٢٣٤٫٥٦", "1234.56");
test(writes, "１，２３４円", "1234");
test(writes, "1 , 23", "1.23");
test(writes, "19 573.00", "573.00");
test(writes, "0042", "42");
test(writes, "1,2 Mio. EUR", "1200000");
test(writes, "12万円", "120000");
test(writes, "free of charge", "0.00");

test(writes, "1.234,56", "234.56", false);
test(writes, "1.234,56", "1234", false);
test(writes, "1.234,56", "12345.6", false);
test(writes, "1.234,56", "123456", false);
test(writes, "1234.56", "34.56", false);
test(writes, "12,34", "1234", false);
test(writes, "12 34", "1234", false);
test(writes, "12,34", "12.35", false);
test(writes, "1.234,56", "1234.5", false);
test(writes, "million", "1234567", false);
test(writes, "", "1", false);

const styles = constantFrom(
  "de",
  "en",
  "fr",
  "de-CH",
  "en-IN",
  "sv",
  "ar-EG",
  "fa",
  "hi",
  "bn",
  "pt-PT",
);

test("what any country writes is read", (t) => {
  const amounts = integer({ min: 1, max: 99_999_999_999 });
  t.notThrows(() => {
    assert(
      property(amounts, styles, (cents, style) => {
        const amount = (cents / 100).toFixed(2);
        const format = new Intl.NumberFormat(style, { minimumFractionDigits: 2 });
        const text = `a ${format.format(cents / 100)} b`;
        return writesAmount(passageOf(text), amount);
      }),
    );
  });
});

test("what is written is not ten times as much", (t) => {
  const amounts = integer({ min: 1, max: 99_999_999_999 });
  t.notThrows(() => {
    assert(
      property(amounts, styles, (cents, style) => {
        const format = new Intl.NumberFormat(style, { minimumFractionDigits: 2 });
        const text = format.format(cents / 100);
        return !writesAmount(passageOf(text), (cents / 10).toFixed(2));
      }),
    );
  });
});
