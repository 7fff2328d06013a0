import test from "ava";
import { assert, property, string } from "fast-check";
import { escapeText } from "../../src/cli/escape.ts";

const isShown = test.macro((t, text: string, shown: string) => {
  t.is(escapeText(text), shown);
});

const keeps = test.macro((t, text: string) => {
  t.is(escapeText(text), text);
});

test("what can be seen is shown as it is", keeps, "2026-01-15 Stadtwerke - Bill (2).pdf");
test("other scripts are shown as they are", keeps, "Größe Æ 電気料金 فاتورة חשבונית");
test("accents that stand apart are shown as they are", keeps, "e\u0301");
test("pictures are shown as they are", keeps, "📄");
test("a picture made of two characters is shown as it is", keeps, "❤️");
test("a space that doesn't break is shown as it is", keeps, "a\u00a0b");
test("nothing is shown as nothing", keeps, "");

test(
  "ESC doesn't reach the terminal",
  isShown,
  "\u001b[31mred\u001b]0;title\u0007",
  "\\x1b[31mred\\x1b]0;title\\x07",
);
test("the one-character CSI doesn't either", isShown, "\u009b31m", "\\x9b31m");
test("a line feed is shown", isShown, "a\nb", "a\\nb");
test("a return is shown", isShown, "a\rb", "a\\x0db");
test("a tab is shown", isShown, "a\tb", "a\\tb");
test("a NUL is shown", isShown, "a\u0000b", "a\\x00b");
test("a backspace is shown", isShown, "a\bb", "a\\x08b");
test("DEL is shown", isShown, "a\u007fb", "a\\x7fb");
test("a line separator is shown", isShown, "a\u2028b\u2029c", "a\\u{2028}b\\u{2029}c");
test("what turns the direction is shown", isShown, "gpj.\u202efdp", "gpj.\\u{202e}fdp");
test("what isolates a direction is shown", isShown, "\u2066a\u2069", "\\u{2066}a\\u{2069}");
test("marks of direction are shown", isShown, "\u200ea\u200f\u061c", "\\u{200e}a\\u{200f}\\u{61c}");
test(
  "zero width is shown",
  isShown,
  "a\u200bb\u200cc\u200dd\u2060e\ufefff",
  "a\\u{200b}b\\u{200c}c\\u{200d}d\\u{2060}e\\u{feff}f",
);
test("a soft hyphen is shown", isShown, "a\u00adb", "a\\xadb");
test(
  "letters that can't be seen are shown",
  isShown,
  "a\u3164b\u115fc\uffa0",
  "a\\u{3164}b\\u{115f}c\\u{ffa0}",
);
test("a joiner that can't be seen is shown", isShown, "a\u034fb", "a\\u{34f}b");
test("tags that can't be seen are shown", isShown, "a\u{e0041}b", "a\\u{e0041}b");
test("half a character is shown", isShown, "a\ud800b", "a\\u{d800}b");
test("what nobody has assigned is shown", isShown, "a\u{10ffff}b\ue000", "a\\u{10ffff}b\\u{e000}");

test("nothing that a terminal would obey is left, whatever the text", (t) => {
  assert(
    property(string({ unit: "binary", maxLength: 200 }), (text) => {
      const shown = escapeText(text);
      t.notRegex(shown, /[\p{C}\p{Zl}\p{Zp}]/u);
      t.true(shown.isWellFormed());
      t.is(escapeText(shown), shown);
    }),
  );
});
