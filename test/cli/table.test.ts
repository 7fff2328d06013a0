import { stripVTControlCharacters, styleText } from "node:util";
import test from "ava";
import cliTruncate from "cli-truncate";
import { array, assert, constantFrom, integer, property, string, tuple } from "fast-check";
import stringWidth from "string-width";
import { type Column, table } from "../../src/cli/table.ts";
import { cut, widthOf } from "../../src/cli/width.ts";

type Row = readonly [id: string, title: string, cost: string];

const columns: readonly Column<Row>[] = [
  { title: "ID", text: ([id]) => id },
  { title: "Title", text: ([, title]) => title, shrinks: true },
  { title: "Cost", text: ([, , cost]) => cost, align: "right" },
];

const plain = { width: Number.POSITIVE_INFINITY, style: (_style: unknown, text: string) => text };
const of80 = { ...plain, width: 80 };

test("columns are aligned, and lines have no space at their end", (t) => {
  const rows: Row[] = [
    ["3f2a9c01b7de", "Electricity bill", "$0.0008"],
    ["a", "Tax", "$12.30"],
    ["b", "", ""],
  ];
  t.deepEqual(table(rows, columns, plain), [
    "ID            Title                Cost",
    "3f2a9c01b7de  Electricity bill  $0.0008",
    "a             Tax                $12.30",
    "b",
  ]);
});

test("a table without rows is its head", (t) => {
  t.deepEqual(table([], columns, plain), ["ID  Title  Cost"]);
});

test("wide characters take two columns each", (t) => {
  const rows: Row[] = [
    ["a", "電気料金", "$1"],
    ["b", "Gas 📄", "$2"],
    ["c", "Größe", "$3"],
  ];
  const lines = table(rows, columns, plain);
  t.deepEqual(lines, [
    "ID  Title     Cost",
    "a   電気料金    $1",
    "b   Gas 📄      $2",
    "c   Größe       $3",
  ]);
  t.deepEqual(
    lines.map((line) => stringWidth(line)),
    [18, 18, 18, 18],
  );
});

test("what is too long for the line gives way, and says so", (t) => {
  const [, line = ""] = table([["3f2a9c01b7de", "x".repeat(200), "$0.0008"]], columns, of80);
  t.is(stringWidth(line), 80);
  t.regex(line, /^3f2a9c01b7de {2}x+… {2}\$0\.0008$/);
});

test("a wide character that doesn't fit leaves the columns aligned", (t) => {
  const rows: Row[] = [
    ["a", "電".repeat(100), "$1"],
    ["b", `x${"電".repeat(100)}`, "$2"],
  ];
  const lines = table(rows, columns, of80);
  t.deepEqual(
    lines.map((line) => stringWidth(line)),
    [80, 80, 80],
  );
});

test("nothing is cut where there is no limit", (t) => {
  const [, line] = table([["a", "x".repeat(2_000), "$1"]], columns, plain);
  t.true(line?.includes("x".repeat(2_000)));
});

test("a column that mustn't shrink is shown whole, even where it doesn't fit", (t) => {
  const id = "f".repeat(100);
  const [, line] = table([[id, "A long enough title", "$1"]], columns, of80);
  t.is(line, `${id}  A long …    $1`);
});

test("of several columns the widest gives way first", (t) => {
  const wide: readonly Column<Row>[] = columns.map(({ align: _align, ...column }) => {
    return { ...column, shrinks: true };
  });
  const [, line] = table([["a".repeat(10), "b".repeat(50), "c".repeat(50)]], wide, of80);
  t.is(line, `${"a".repeat(10)}  ${"b".repeat(32)}…  ${"c".repeat(32)}…`);
});

test("colours don't change the widths", (t) => {
  const style = (format: Parameters<typeof styleText>[0], text: string) =>
    styleText(format, text, { validateStream: false });
  const coloured = columns.map((column) => {
    return {
      ...column,
      style: (text: string, [id]: Row) => style(id === "a" ? "red" : "green", text),
    };
  });
  const rows: Row[] = [
    ["a", "電".repeat(60), "$1"],
    ["b", "Gas", "$200"],
  ];
  const lines = table(rows, coloured, { width: 80, style });
  t.deepEqual(lines.map(stripVTControlCharacters), table(rows, columns, of80));
  t.true(lines[0]?.includes(style("dim", "ID")));
  t.true(lines[1]?.includes(style("red", "$1")));
  t.true(lines[2]?.includes(style("green", "Gas")));
});

test("a table fits into its width, whatever is in it", (t) => {
  const text = string({ unit: constantFrom("a", "ß", "電", "📄", "👩‍👩‍👧", "é", " "), maxLength: 120 });
  const rows = array(tuple(string({ unit: constantFrom("a", "電"), maxLength: 6 }), text, text));
  const three: readonly Column<Row>[] = [
    { title: "ID", text: ([id]) => id },
    { title: "Title", text: ([, title]) => title, shrinks: true },
    { title: "Path", text: ([, , path]) => path, shrinks: true, align: "right" },
  ];
  assert(
    property(rows, integer({ min: 32, max: 120 }), (some, width) => {
      const lines = table(some, three, { ...plain, width });
      t.is(lines.length, some.length + 1);
      for (const line of lines) t.true(stringWidth(line) <= width, line);
    }),
  );
});

test("texts are measured and cut as terminals show them, the common ones too", (t) => {
  const common = Array.from({ length: 0x300 }, (_, code) => String.fromCodePoint(code));
  const unit = constantFrom(...common, "–", "“", "…", "€", "電", "👩‍👩‍👧", "\u{301}", "\u{200b}");
  assert(
    property(string({ unit, maxLength: 12 }), integer({ min: 0, max: 12 }), (text, room) => {
      t.is(widthOf(text), stringWidth(text), JSON.stringify(text));
      t.is(cut(text, room), cliTruncate(text, room), JSON.stringify(text));
    }),
    { numRuns: 2_000 },
  );
});
