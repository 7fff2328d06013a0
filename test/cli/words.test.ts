import test from "ava";
import { localTime } from "../../src/cli/local-time.ts";
import { briefly, waitingWords } from "../../src/cli/waiting-words.ts";
import { wrap } from "../../src/cli/wrap.ts";

const now = new Date(2026, 10, 22, 14, 5);

test("an instant of today is shown by its time, another by its day too", (t) => {
  t.is(localTime(new Date(2026, 10, 22, 9, 7).toISOString(), now), "09:07");
  t.is(localTime(new Date(2026, 10, 23, 0, 0).toISOString(), now), "2026-11-23 00:00");
  t.is(localTime(new Date(2025, 10, 22, 9, 7).toISOString(), now), "2025-11-22 09:07");
});

test("what a document waits for is said with its code, and with its time where there is one", (t) => {
  const at = new Date(2020, 0, 2, 3, 4).toISOString();
  t.is(waitingWords("account", "KEY_REJECTED", null), "the account (KEY_REJECTED)");
  t.is(waitingWords("budget", "BUDGET_EXHAUSTED", at), "the budget, until 2020-01-02 03:04");
  const later = new Date(2999, 0, 2, 3, 4).toISOString();
  const words = "to be tried again at 2999-01-02 03:04 (API_BUSY)";
  t.is(waitingWords("retry", "API_BUSY", later), words);
  t.is(waitingWords("retry", null, later, true), "to be tried again, the next at 2999-01-02 03:04");
  t.is(waitingWords("retry", null, at), "to be tried again, due since 2020-01-02 03:04");
  t.is(waitingWords("retry", null, null), "to be tried again at the next start");
  t.is(briefly("retry", null, later), "again at 2999-01-02 03:04");
});

test("a sentence is broken between words, and a word that is too long is kept whole", (t) => {
  t.deepEqual(wrap("one two three", 9, "  "), ["  one two", "  three"]);
  t.deepEqual(wrap("a very-long-word b", 5, ""), ["a", "very-long-word", "b"]);
  t.deepEqual(wrap("請求書 請求書", 8, ""), ["請求書", "請求書"]);
  t.deepEqual(wrap("電気料金のお知らせ 2026", 10, " "), [" 電気料金", " のお知ら", " せ 2026"]);
  t.deepEqual(wrap("all of it", Number.POSITIVE_INFINITY, " "), [" all of it"]);
});
