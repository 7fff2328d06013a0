import test from "ava";
import { z } from "zod";
import { extraction } from "../../src/extraction.ts";
import { strictJsonSchema } from "../../src/openai/schema.ts";
import { strictSchemaFault } from "../../src/sandbox/strict-schema.ts";

const object = (properties: object, more: object = {}) => ({
  type: "object",
  properties,
  required: Object.keys(properties),
  additionalProperties: false,
  ...more,
});
const withA = (a: unknown) => object({ a });

const takes = test.macro({
  title: (title) => `takes ${title}`,
  exec: (t, schema: object) => t.is(strictSchemaFault(schema), null),
});

test("an object without properties", takes, object({}));
test("what may be null", takes, withA({ type: ["string", "null"] }));
test("a choice of schemas", takes, withA({ anyOf: [{ type: "string" }, { type: "null" }] }));
test("enums and consts", takes, object({ a: { enum: ["x", null] }, b: { const: 1 } }));
test(
  "formats and patterns",
  takes,
  object({ a: { type: "string", format: "date" }, b: { type: "string", pattern: "^x" } }),
);
test(
  "bounds of numbers and lists",
  takes,
  object({
    a: { type: "number", minimum: 0, exclusiveMaximum: 9, multipleOf: 2 },
    b: { type: "array", items: { type: "integer" }, minItems: 1, maxItems: 3 },
  }),
);
test(
  "definitions, and a schema that refers to itself",
  takes,
  object(
    { a: { $ref: "#/$defs/x" }, b: { anyOf: [{ $ref: "#" }, { type: "null" }] } },
    { $defs: { x: { type: "string" } } },
  ),
);
test("titles and descriptions", takes, withA({ type: "string", title: "A", description: "an a" }));
test(
  "properties that are called like keywords",
  takes,
  object({ minLength: { type: "string" }, not: { type: "null" } }),
);
test("ten levels", takes, nested(9));
test(
  "what the extraction is asked for with",
  takes,
  strictJsonSchema(extraction.omit({ fields: true })),
);

const refuses = test.macro({
  title: (title) => `refuses ${title}`,
  exec(t, schema: unknown, message: string) {
    t.is(strictSchemaFault(schema), message);
  },
});

const atA = "In context=('properties', 'a'), ";
test("what is no object", refuses, [], "In context=(), the schema is not an object.");
test(
  "a root that is a choice",
  refuses,
  { anyOf: [object({})] },
  "In context=(), 'anyOf' is not permitted at the root.",
);
test(
  "a root that is a list",
  refuses,
  { type: "array", items: { type: "string" } },
  "In context=(), the root schema must be of type 'object'.",
);
test(
  "a property that isn't required",
  refuses,
  object({ a: { type: "string" } }, { required: [] }),
  "In context=(), 'required' must list exactly the keys in properties; 'a' is missing.",
);
test(
  "a requirement that is no property",
  refuses,
  object({}, { required: ["b"] }),
  "In context=(), 'required' must list exactly the keys in properties.",
);
test(
  "an object that is open",
  refuses,
  withA({ type: "object", properties: {}, required: [] }),
  `${atA}'additionalProperties' is required to be supplied and to be false.`,
);
test(
  "a record",
  refuses,
  withA({ type: "object", additionalProperties: { type: "string" } }),
  `${atA}'additionalProperties' is required to be supplied and to be false.`,
);
test("a schema that says nothing", refuses, withA({}), `${atA}schema must have a 'type' key.`);
test("a property that is no schema", refuses, withA(true), `${atA}the schema is not an object.`);
test("an unknown type", refuses, withA({ type: "date" }), `${atA}"date" is not a type.`);
test(
  "an unknown format",
  refuses,
  withA({ type: "string", format: "uri" }),
  `${atA}'format' "uri" is not supported.`,
);
test(
  "a list without items",
  refuses,
  withA({ type: "array" }),
  "In context=('properties', 'a', 'items'), the schema is not an object.",
);
test("an empty choice", refuses, withA({ anyOf: [] }), `${atA}'anyOf' must be a list of schemas.`);
test("an empty enum", refuses, withA({ enum: [] }), `${atA}'enum' must be a list of values.`);
test(
  "a reference into nothing",
  refuses,
  withA({ $ref: "#/$defs/none" }),
  `${atA}reference "#/$defs/none" can't be resolved.`,
);
test(
  "a fault inside a choice",
  refuses,
  withA({ anyOf: [{ type: "null" }, { type: "string", minLength: 1 }] }),
  "In context=('properties', 'a', 'anyOf', '1'), 'minLength' is not permitted.",
);
test(
  "a fault inside a definition",
  refuses,
  object({}, { $defs: { x: { type: "string", maxLength: 1 } } }),
  "In context=('$defs', 'x'), 'maxLength' is not permitted.",
);
test(
  "more than ten levels",
  refuses,
  nested(10),
  `In context=(${Array(10).fill("'properties', 'a'").join(", ")}), it is nested more than 10 levels deep.`,
);

for (const keyword of [
  "allOf",
  "not",
  "if",
  "then",
  "else",
  "dependentRequired",
  "dependentSchemas",
  "minLength",
  "maxLength",
  "default",
  "oneOf",
  "patternProperties",
  "uniqueItems",
]) {
  test(
    `the keyword ${keyword}`,
    refuses,
    withA({ type: "string", [keyword]: 1 }),
    `${atA}'${keyword}' is not permitted.`,
  );
}

const many = (count: number, length = 1) =>
  Array.from({ length: count }, (_, index) => String(index).padStart(length, "x"));
const named = (names: readonly string[]) =>
  object(Object.fromEntries(names.map((name) => [name, { type: "null" }])));

test(
  "too many properties",
  refuses,
  named(many(5_001)),
  "In context=(), there are 5001 properties, more than 5000.",
);
test(
  "too many enum values",
  refuses,
  object({ a: { enum: many(600) }, b: { enum: many(401) } }),
  "In context=(), there are 1001 enum values, more than 1000.",
);
test(
  "a large enum with long values",
  refuses,
  withA({ enum: many(251, 60) }),
  `${atA}'enum' has more than 15000 characters.`,
);
test("250 long values", takes, withA({ enum: many(250, 61) }));
test(
  "names that are too long together",
  refuses,
  named(many(1_201, 100)),
  "In context=(), there are 120100 characters in names, enums and consts, more than 120000.",
);

test("refuses what zod makes of an optional property", (t) => {
  const schema = z.toJSONSchema(z.strictObject({ a: z.string().optional() }));
  t.regex(strictSchemaFault(schema) ?? "", /'a' is missing/);
});

function nested(levels: number): object {
  return levels === 0 ? { type: "null" } : withA(nested(levels - 1));
}
