import test from "ava";
import { checkExtraction, type Standard } from "../../src/checks/checks.ts";
import { read, settingsWith, standard } from "./standard.ts";

type Field = Standard["settings"]["fields"][string];

const field = (type: Field["type"], change: Partial<Field> = {}): Field => ({
  type,
  list: false,
  description: "It.",
  ...change,
});

/** What becomes of the value of a field, and what is said of it. */
const becomes = test.macro(
  (t, wanted: Field, value: unknown, kept: unknown, ...messages: readonly string[]) => {
    const settings = settingsWith({ fields: { it: wanted } });
    const given = { ...read, fields: value === undefined ? {} : { it: value } };
    const { extraction, checks } = checkExtraction(given, { ...standard, settings });
    t.deepEqual(extraction.fields, { it: kept });
    t.deepEqual(
      checks,
      messages.map((message) => ({ field: "it", code: "FIELD_WRONG", hard: false, message })),
    );
  },
);

test("nothing is nothing", becomes, field("string"), null, null);
test("a text is a text", becomes, field("string"), "A-7", "A-7");
test("a number is no text", becomes, field("string"), 7, null, "7 is no string");
test("a number is a number", becomes, field("number"), 7.5, 7.5);
test("a text is no number", becomes, field("number"), "7", null, '"7" is no number');
test("what is no number is none", becomes, field("number"), Number.NaN, null, "null is no number");
test("a day is a date", becomes, field("date"), "2026-01-31", "2026-01-31");
test("another day is none", becomes, field("date"), "2026-02-30", null, '"2026-02-30" is no date');
test("no is an answer", becomes, field("boolean"), false, false);
test("a word for it is none", becomes, field("boolean"), "no", null, '"no" is no boolean');
test("a value is one of them", becomes, field("enum", { values: ["a", "b"] }), "b", "b");
test(
  "another value is none of them",
  becomes,
  field("enum", { values: ["a", "b"] }),
  "c",
  null,
  '"c" is no value of "a, b"',
);
test("what is missing is null", becomes, field("number"), undefined, null, "it is missing");
test("a list is none", becomes, field("string"), ["a"], null, '["a"] is no string');
test("a list is a list", becomes, field("number", { list: true }), [1, 2], [1, 2]);
test("an empty list is one", becomes, field("number", { list: true }), [], []);
test("a value is no list", becomes, field("number", { list: true }), 1, [], "1 is no list");
test("nothing is no list", becomes, field("number", { list: true }), null, [], "null is no list");
test(
  "a missing list is empty",
  becomes,
  field("number", { list: true }),
  undefined,
  [],
  "it is missing",
);
test(
  "of a list what is right is kept",
  becomes,
  field("date", { list: true }),
  ["2026-01-31", "soon", null, "2026-02-28"],
  ["2026-01-31", "2026-02-28"],
  '"soon" is no date',
);

test("fields that nobody asked for are dropped", (t) => {
  const given = { ...read, fields: { other: 1 } };
  t.deepEqual(checkExtraction(given, standard), { extraction: read, checks: [] });
});

test("a name that every object has is a field like others", (t) => {
  const settings = settingsWith({ fields: { constructor: field("string") } });
  const { extraction, checks } = checkExtraction(
    { ...read, fields: {} },
    { ...standard, settings },
  );
  t.deepEqual(Object.entries(extraction.fields ?? {}), [["constructor", null]]);
  t.is(checks.length, 1);
});

test("a field that names are made of must be right", (t) => {
  const settings = settingsWith({ fields: { order: field("string") }, name: "{order}" });
  const { checks } = checkExtraction({ ...read, fields: {} }, { ...standard, settings });
  t.like(checks, [{ field: "order", hard: true }] as never);
});
