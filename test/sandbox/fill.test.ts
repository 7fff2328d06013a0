import { Ajv } from "ajv";
import test from "ava";
import * as fc from "fast-check";
import { z } from "zod";
import { extraction } from "../../src/extraction.ts";
import { closest } from "../../src/sandbox/closest.ts";
import { fillSchema, type Schema } from "../../src/sandbox/fill.ts";
import { readDocument } from "../../src/sandbox/reading/reading.ts";
import { bill } from "./opened.ts";

const ajv = new Ajv({
  strict: false,
  formats: { date: /^\d{4}-\d{2}-\d{2}$/, uuid: /^[\da-f-]{36}$/ },
});
const reading = readDocument([bill]);

const fills = test.macro({
  title: (title) => `fills ${title}`,
  exec(t, property: object, expected: unknown, known?: unknown) {
    const schema = { type: "object", properties: { x: property }, required: ["x"] };
    const filled = fillSchema(schema, { x: known }, "The text speaks of Elephants.");
    t.deepEqual(filled, { x: expected });
    t.true(ajv.validate(schema, filled), ajv.errorsText());
  },
});

test("what is known", fills, { type: "string" }, "known", "known");
test("what isn't known with null, where it may be", fills, { type: ["string", "null"] }, null);
test("null in a choice", fills, { anyOf: [{ type: "string" }, { type: "null" }] }, null);
test(
  "what doesn't fit with null",
  fills,
  { anyOf: [{ type: "number" }, { type: "null" }] },
  null,
  "12",
);
test(
  "the branch of a choice that fits",
  fills,
  { anyOf: [{ type: "number" }, { type: "string" }] },
  "12",
  "12",
);
test("an unknown text with an empty one", fills, { type: "string" }, "");
test("an unknown date with the first", fills, { type: "string", format: "date" }, "1970-01-01");
test(
  "an unknown uuid with zeros",
  fills,
  { type: "string", format: "uuid" },
  "00000000-0000-4000-8000-000000000000",
);
test(
  "a text of another pattern with one of it",
  fills,
  { type: "string", pattern: "^[A-Z]{3}$" },
  "ABC",
  "euro",
);
test("a text of the pattern", fills, { type: "string", pattern: "^[A-Z]{3}$" }, "EUR", "EUR");
test("no date with what is none", fills, { type: "string", format: "date" }, "1970-01-01", "soon");
test("an unknown number with 0", fills, { type: "number" }, 0);
test("a whole number", fills, { type: "integer" }, 3, 3);
test("no whole number with a broken one", fills, { type: "integer" }, 0, 3.5);
test("a number above its minimum", fills, { type: "integer", minimum: 5 }, 5);
test("a number that must be more", fills, { type: "integer", exclusiveMinimum: 0 }, 1);
test("a number below its maximum", fills, { type: "integer", maximum: -3 }, -3);
test("a number that must be less", fills, { type: "integer", exclusiveMaximum: 0 }, -1);
test("a number in steps", fills, { type: "integer", minimum: 1, multipleOf: 7 }, 7, 8);
test(
  "no number outside its bounds",
  fills,
  { type: "number", exclusiveMinimum: 0, exclusiveMaximum: 1 },
  0.5,
  1,
);
test("an unknown truth with false", fills, { type: "boolean" }, false);
test("a truth", fills, { type: "boolean" }, true, true);
test("a const", fills, { const: "v1" }, "v1");
test("an unknown list with an empty one", fills, { type: "array", items: { type: "string" } }, []);
test(
  "a list up to its most",
  fills,
  { type: "array", items: { type: "string" }, maxItems: 1 },
  ["a"],
  ["a", "b"],
);
test(
  "a list to its least",
  fills,
  { type: "array", items: { type: "string" }, minItems: 2 },
  ["a", ""],
  ["a"],
);
test(
  "an unknown object with what its properties must have",
  fills,
  { type: "object", properties: { y: { type: "integer" } } },
  { y: 0 },
);
test("any schema with what is known", fills, {}, ["whatever"], ["whatever"]);
test("nothing with null", fills, { type: "null" }, null, "a");
test("an enum with null", fills, { enum: ["a", null] }, null);

test("finds known names in objects of unknown names", (t) => {
  const inner = { type: "object", properties: { issuer: { type: "string" } } };
  const schema = { type: "object", properties: { found: inner } };
  t.deepEqual(fillSchema(schema, reading, ""), { found: { issuer: "Larkmoor Electric Ltd" } });
});

test("follows references, and ends where a schema refers to itself", (t) => {
  const node = {
    type: "object",
    properties: {
      title: { type: "string" },
      next: { anyOf: [{ $ref: "#/$defs/node" }, { type: "null" }] },
    },
  };
  const schema = {
    type: "object",
    properties: { first: { $ref: "#/$defs/node" } },
    $defs: { node },
  };
  t.deepEqual(fillSchema(schema, reading, ""), {
    first: { title: "Electricity bill", next: null },
  });
  t.deepEqual(fillSchema({ $ref: "#" }, reading, ""), null);
  t.deepEqual(fillSchema({ type: "object", properties: { a: { $ref: "#/none" } } }, {}, ""), {
    a: null,
  });
});

test("ends where what is known is deeper than anybody asks", (t) => {
  const schema = {
    type: "object",
    properties: { next: { anyOf: [{ $ref: "#" }, { type: "null" }] } },
  };
  const known: { next?: unknown } = {};
  known.next = known;
  t.true(ajv.validate(schema, fillSchema(schema, known, "")));
});

test("fills the extraction that autod asks for", (t) => {
  const schema = z.toJSONSchema(extraction, { target: "draft-7" }) as Schema;
  const filled = fillSchema(schema, reading, bill);
  t.true(ajv.validate(schema, filled), ajv.errorsText());
  t.like(extraction.parse({ ...(filled as object), fields: {} }), {
    issuer: "Larkmoor Electric Ltd",
    documentDate: "2026-01-15",
    totalAmount: "86.19",
    currency: "GBP",
    references: [{ label: "Bill number", value: "LE-417" }],
    category: "Utilities",
    kind: "invoice",
  });
});

test("is valid against whatever schema is asked for", (t) => {
  const { schema } = fc.letrec<{ schema: object }>((tie) => ({
    schema: fc.oneof(
      { maxDepth: 4 },
      fc.constantFrom<object>(
        ...["string", "number", "integer", "boolean", "null"].map((type) => ({ type })),
        { type: "string", format: "date" },
        { type: "string", pattern: "^-?[0-9]+(\\.[0-9]+)?$" },
        { enum: ["invoice", "x"] },
        { enum: [1, null] },
      ),
      fc
        .record({ minimum: fc.integer({ min: -9, max: 9 }) })
        .map((more) => ({ type: "integer", ...more })),
      tie("schema").map((items) => ({ type: "array", items })),
      fc.array(tie("schema"), { minLength: 1, maxLength: 3 }).map((anyOf) => ({ anyOf })),
      fc
        .dictionary(
          fc.constantFrom("title", "references", "evidence", "kind", "a", "b"),
          tie("schema"),
        )
        .map((properties) => ({
          type: "object",
          properties,
          required: Object.keys(properties),
          additionalProperties: false,
        })),
    ),
  }));
  fc.assert(
    fc.property(schema, (given) => {
      const whole = { type: "object", properties: { given } };
      t.true(ajv.validate(whole, fillSchema(whole, reading, bill)), ajv.errorsText());
    }),
  );
});

const chooses = test.macro({
  title: (_, wanted: unknown, members: readonly unknown[]) =>
    `chooses for ${String(wanted)} among ${members.join(", ")}`,
  exec(t, wanted: unknown, members: readonly unknown[], expected: unknown) {
    t.is(closest(members, wanted, "A note about Elephants and gas."), expected);
  },
});

test(chooses, "b", ["a", "b"], "b");
test(chooses, "UTILITIES", ["Other", "Utilities"], "Utilities");
test(chooses, "Utilities", ["Other", "Home utilities"], "Home utilities");
test(chooses, "Utilities", ["Travel", "Elephants"], "Elephants");
test(chooses, "Utilities", ["Travel", "Sonstiges"], "Sonstiges");
test(chooses, "Utilities", ["Travel", "Work"], "Travel");
test(chooses, null, ["Travel", null], null);
test(chooses, 7, [1, 2], 1);
