import test from "ava";
import { writesDate } from "../../src/checks/date.ts";
import { passageOf } from "../../src/checks/passage.ts";

const writes = test.macro({
  exec: (t, text: string, date: string, expected: boolean = true) => {
    t.is(writesDate(passageOf(text), date), expected);
  },
  title: (_, text: string, date: string, expected = true) =>
    `${JSON.stringify(text)} is ${expected ? "" : "not "}${date}`,
});

for (const text of [
  "2026-01-15",
  "2026/1/15",
  "15.01.2026",
  "15.1.26",
  "15. 1. 2026",
  "15/01/2026",
  "01/15/2026",
  "1/15/26",
  "15‑01‑2026",
  "15 01 2026",
  "15.–16.01.2026",
  "15.01. – 20.01.2026",
  "15.01. bis 20.01.2026",
  "20260115",
  "15012026",
  "15th January 2026",
  "the 15th of January, 2026",
  "January 15, 2026",
  "Jan 15 , 2026",
  "15-Jan-2026",
  "15 Jan '26",
  "2026 January 15",
  "Thursday, January 15th, 2026",
  "Berlin, den 15. Januar 2026",
  "15. Jänner 2026",
  "le 15 janvier 2026",
  "15 de enero de 2026",
  "15 gennaio 2026",
  "15 stycznia 2026 r.",
  "15. ledna 2026",
  "2026. január 15.",
  "15. tammikuuta 2026",
  "2026 m. sausio 15 d.",
  "15 Ιανουαρίου 2026",
  "15 января 2026 г.",
  "15.I.2026",
  "ngày 15 tháng 01 năm 2026",
  "15 hunyango 2026",
  "1 - 15 January 2026",
  "January 15 to 31, 2026",
  "2026年1月15日",
  "２０２６年１月１５日",
  "2026년 1월 15일",
  "令和8年1月15日",
  "令和八年一月十五日",
  "15 มกราคม 2569",
  "١٥ يناير ٢٠٢٦",
  "٢٦ رجب ١٤٤٧",
  "כ״ו בטבת תשפ״ו",
  "१५.०१.२०२६",
]) {
  test(writes, text, "2026-01-15");
}

for (const text of [
  "",
  "15",
  "2026",
  "January 2026",
  "15.01.2025",
  "15.-16.01.2025",
  "15.01. - 20.01.2025",
  "15.02.2026",
  "16.01.2026",
  "115.01.2026",
  "15.01.20261",
  "2026-01-16",
  "15th February 2026",
  "January 16, 2026",
  "January 15, 2025",
  "15 Mai 2026",
  "Page 15 of 26, January",
  "due 2026, 15 pieces in January",
  "January 3, 2026 $15.00",
  "2026年1月16日",
  "2026年2月15日",
]) {
  test(writes, text, "2026-01-15", false);
}

test("two dates make no third", (t) => {
  const passage = passageOf("Invoice date 03/20/2023\nDue date 04/04/2023");
  t.true(writesDate(passage, "2023-03-20"));
  t.true(writesDate(passage, "2023-04-04"));
  for (const date of ["2023-04-20", "2023-03-04", "2023-04-03"]) {
    t.false(writesDate(passage, date), date);
  }
});
