import test from "ava";
import { readSource } from "../../src/config/source.ts";

const value = test.macro((t, text: string, wanted: unknown) => {
  const source = readSource(text);
  t.deepEqual(source.value, wanted);
  t.deepEqual(source.faults, []);
});

test("YAML is read", value, "a: 1\nb: [x, true, null]", { a: 1, b: ["x", true, null] });
test("JSON is read", value, '{"a": {"b": "c"}}', { a: { b: "c" } });
test("a byte order mark is no key", value, "\uFEFFa: 1", { a: 1 });
test("nothing is read as nothing", value, "# only a comment\n", null);
test("a number that a double holds stays one", value, "a: 0.10\nb: 1e3\nc: .5\nd: 0x10", {
  a: 0.1,
  b: 1000,
  c: 0.5,
  d: 16,
});
test(
  "a number that a double distorts keeps its digits",
  value,
  "a: 9007199254740993\nb: 0.12345678901234567891e1",
  { a: "9007199254740993", b: "1.2345678901234567891" },
);
test("a number as key keeps its digits", value, "1.10: x", { "1.10": "x" });
test("on and off are words", value, "a: on", { a: "on" });

const broken = test.macro((t, text: string, line: number, words: RegExp) => {
  const { faults } = readSource(text);
  t.is(faults.length, 1);
  t.is(faults[0]?.line, line);
  t.regex(faults[0]?.text ?? "", words);
});

test("an open bracket is found", broken, "a: [1\nb: 2", 2, /Flow sequence/);
test("a tab is found", broken, "a: 1\n\tb: 2", 2, /Tabs/);
test(
  "a key that stands there twice is found",
  broken,
  "a: 1\nb: 2\na: 3",
  3,
  /^a: stands there twice$/,
);
test(
  "a key that stands there twice is found in JSON",
  broken,
  '{"a": 1,\n"a": 2}',
  2,
  /^"a": stands there twice$/,
);
test("a second document is found", broken, "a: 1\n---\nb: 2", 2, /multiple documents/);
test("an unknown tag is found", broken, "a: 1\nb: !!js/function x", 2, /Unresolved tag/);
test("an alias of nothing is found", broken, "a: *x", 1, /Unresolved alias/);
test("too many aliases are found", broken, bomb(), 1, /Excessive alias count/);
test("too deep nesting is found", broken, "[".repeat(20_000), 1, /Maximum call stack/);

const stands = test.macro((t, text: string, path: (string | number)[], line: number) => {
  t.is(readSource(text).lineOf(path), line);
});

test("a key has a line", stands, "a: 1\nb:\n  c: 2", ["b", "c"], 3);
test("an entry of a list has a line", stands, "a:\n  - x\n  - y", ["a", 1], 3);
test(
  "what is missing has the line of what should have it",
  stands,
  "a: 1\nb:\n  c: 2",
  ["b", "d", "e"],
  2,
);
test("what is missing at the top has the first line", stands, "a: 1\nb: 2", ["x"], 1);
test("what is beyond a list has the list's line", stands, "a: 1\nb: [1]", ["b", 7], 2);
test("what an alias stands for has its own line", stands, "a: &x\n  b: 1\nc: *x", ["c", "b"], 2);
test("an empty file has one line", stands, "", ["folders"], 1);

function bomb(): string {
  return ["a: &a [x]", tens("b", "a"), tens("c", "b"), tens("d", "c"), tens("e", "d")].join("\n");
}

function tens(name: string, of: string): string {
  return `${name}: &${name} [${`*${of},`.repeat(10)}]`;
}
