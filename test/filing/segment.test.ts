import test from "ava";
import { assert, constantFrom, integer, oneof, property, string } from "fast-check";
import { cut, safeSegment } from "../../src/filing/segment.ts";

const becomes = test.macro({
  exec: (t, text: string, expected: string) => t.is(safeSegment(text), expected),
  title: (_, text, expected) => `${JSON.stringify(text)} becomes ${JSON.stringify(expected)}`,
});

for (const [text, expected] of [
  ["Stadtwerke", "Stadtwerke"],
  ["AC/DC", "AC-DC"],
  ["12 / 2026", "12 - 2026"],
  ["Re: offer", "Re - offer"],
  ["a\\b|c", "a-b-c"],
  ["AC/", "AC"],
  ['"What?" <b>*', "What b"],
  ["https://example.org/x", "https-example.org-x"],
  ["  two \t\r\n lines\u0085\u2028more ", "two lines more"],
  ["../../etc/passwd", "etc-passwd"],
  ["..\\..\\windows", "windows"],
  ["/etc/shadow", "etc-shadow"],
  [".", ""],
  ["..", ""],
  [". . .", ""],
  ["...", ""],
  ["-rf ~", "rf ~"],
  ["~/.ssh", "ssh"],
  ["Nr. 5. ", "Nr. 5"],
  ["a\0b\x1b[31mc\x7f", "ab[31mc"],
  ["inv\u202Efdp.exe", "invfdp.exe"],
  ["zero\u200Bwidth\uFEFF\u2060\u00AD", "zerowidth"],
  ["\u3164\u2800\u115F", ""],
  ["\uD800lone\uDC00", "lone"],
  ["pri\uE000vate\uFFFF", "private"],
  ["Cafe\u0301", "Café"],
  ["電気料金 1月", "電気料金 1月"],
  ["فاتورة", "فاتورة"],
  ["👩‍👩‍👧 family", "👩👩👧 family"],
  ["CON", "_CON"],
  ["con.txt", "_con.txt"],
  ["nul ", "_nul"],
  ["COM1 .x", "_COM1 .x"],
  ["LPT\u00B9", "_LPT\u00B9"],
  ["CONTRACT", "CONTRACT"],
  ["COM10", "COM10"],
  ["", ""],
] as const) {
  test(becomes, text, expected);
}

test("a long name is cut between characters as people see them", (t) => {
  t.is(safeSegment("ä".repeat(130)), "ä".repeat(127));
  t.is(safeSegment("a".repeat(254) + "🇩🇪"), "a".repeat(254));
  t.is(safeSegment("🇩🇪🇫🇷", 12), "🇩🇪");
  t.is(safeSegment("one. two", 5), "one");
});

test("what is reserved only once it is cut is noticed as well", (t) => {
  t.is(safeSegment("CONTENT", 3), "_CO");
  t.is(safeSegment("NUL.tables", 5), "_NUL");
});

test("a single character of too many bytes is cut rather than lost", (t) => {
  const tower = "q" + "\u0316".repeat(400);
  const name = safeSegment(tower);
  t.is(Buffer.byteLength(name), 255);
  t.true(name.startsWith("q"));
  t.is(cut("𝒳", 3), "");
});

// Each of these takes minutes if any step is quadratic in the whole of its input.
for (const [title, unit] of [
  ["letters", "a"],
  ["spaces", " "],
  ["slashes", "/"],
  ["slashes between spaces", " /"],
  ["dots", "."],
  ["dots between spaces", ". "],
  ["combining marks out of order", "\u0301\u0316"],
  ["invisible characters", "\u200B"],
  ["lone surrogates", "\uD800"],
  ["quotes", '"'],
] as const) {
  test(`a megabyte of ${title} still becomes a name`, (t) => {
    const name = safeSegment("x" + unit.repeat(1_000_000 / unit.length) + "x");
    t.true(name.startsWith("x"));
    t.true(Buffer.byteLength(name) <= 255);
  });
}

const nasty = string({
  unit: oneof(
    string({ unit: "binary", minLength: 1, maxLength: 1 }),
    constantFrom(
      ...'/\\:*?"<>|.- ~\0\n\t\u202E\u200B\uD800\uDC00\u0301\u0338\u1100\u1161\u2028'.split(""),
    ),
    constantFrom("CON", "nul", "COM1", "..", "👩‍👧", "🇩🇪", "Stadtwerke", "\uFEFF"),
  ),
  maxLength: 120,
});

test("no text whatever makes a name that is unsafe, too long or not final", (t) => {
  const check = property(nasty, integer({ min: 4, max: 255 }), (text, maxBytes) => {
    const name = safeSegment(text, maxBytes);
    t.notRegex(name, /[/\\:*?"<>|]/);
    t.notRegex(name, /[\p{C}\p{Default_Ignorable_Code_Point}\u2028\u2029]/u);
    t.notRegex(name, /^[. ~-]|[. ]$|\s\s|[^\S ]/);
    t.notRegex(name, /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i);
    t.true(name.isWellFormed());
    t.true(Buffer.byteLength(name) <= maxBytes);
    t.is(name.normalize("NFC"), name);
    t.is(safeSegment(name, maxBytes), name);
  });
  t.notThrows(() => assert(check, { numRuns: 2000 }));
});
