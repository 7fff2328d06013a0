import { Ajv } from "ajv";
import test from "ava";
import * as fc from "fast-check";
import type { Config } from "../../src/config/schema.ts";
import { takenNames } from "../../src/config/template.ts";
import { prepareProfile } from "../../src/openai/profile.ts";
import { strictSchemaFault } from "../../src/sandbox/strict-schema.ts";
import { extraction, profileWith } from "./asking.ts";

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
type Field = Config["profiles"][string]["fields"][string];

const types = ["string", "number", "date", "boolean", "enum"] as const;
const everyField = Object.fromEntries(
  types.flatMap((type) =>
    [false, true].map((list) => {
      const values = type === "enum" ? { values: ["one", "two"] } : {};
      return [`${type}${list ? "List" : ""}`, { type, list, ...values, description: `A ${type}` }];
    }),
  ),
);

const isStrict = test.macro({
  exec: (t, settings: Readonly<Record<string, unknown>>) => {
    const { jsonSchema } = profileWith(settings);
    t.is(strictSchemaFault(jsonSchema), null);
    t.notThrows(() => new Ajv({ strict: true, formats: { date: true } }).compile(jsonSchema));
  },
  title: (what) => `the JSON schema is one that strict output takes: ${what}`,
});

test("the default profile", isStrict, {});
test("fields of every type", isStrict, { fields: everyField });
test("categories of one's own", isStrict, { categories: ["Only this"] });
test("lists of tags and issuers", isStrict, {
  tags: ["power", "home"],
  issuers: { list: "closed", names: ["Stadtwerke"] },
});
test("fields that are called like keywords", isStrict, {
  fields: Object.fromEntries(
    ["default", "minLength", "format", "enum", "required", "properties", "constructor"].map(
      (name) => [name, { type: "string", description: "default" }],
    ),
  ),
});

test("the model is told what is wanted, as far as a schema can say it", (t) => {
  const { properties } = profileWith({ fields: everyField }).jsonSchema as {
    properties: Record<string, { anyOf?: unknown[]; properties?: Record<string, object> }>;
  };
  t.deepEqual(properties.documentDate?.anyOf, [
    { type: "string", format: "date" },
    { type: "null" },
  ]);
  t.deepEqual(properties.currency?.anyOf?.[0], { type: "string", pattern: "^[A-Z]{3}$" });
  t.deepEqual(properties.evidence?.properties?.issuer, {
    anyOf: [
      {
        type: "object",
        properties: { page: { type: "integer", minimum: 1 }, quote: { type: "string" } },
        required: ["page", "quote"],
        additionalProperties: false,
      },
      { type: "null" },
    ],
  });
  const fields = properties.fields?.properties ?? {};
  t.deepEqual(fields.enumList, {
    type: "array",
    items: { type: "string", enum: ["one", "two"] },
  });
  t.is(properties.confidence && Object.keys(properties).at(-1), "fields");
});

test("of a list nothing else can be read", (t) => {
  const { answer } = profileWith({
    tags: ["power", "home"],
    issuers: { list: "closed", names: ["Stadtwerke"] },
  });
  const read = { ...extraction, issuer: "Stadtwerke", tags: ["home"] };
  t.deepEqual(answer.parse(read), read);
  t.deepEqual(answer.parse({ ...read, issuer: null }), { ...read, issuer: null });
  t.false(answer.safeParse({ ...read, issuer: "Stadtwerk" }).success);
  t.false(answer.safeParse({ ...read, tags: ["garden"] }).success);
});

test("an open list of issuers leaves others to be read", (t) => {
  const { answer } = profileWith({ issuers: { list: "open", names: ["Stadtwerke"] } });
  t.true(answer.safeParse({ ...extraction, issuer: "Deutsche Bahn" }).success);
});

test("without fields of one's own there is no place for any", (t) => {
  const { answer, jsonSchema } = profileWith();
  t.false("fields" in (jsonSchema.properties as object));
  t.deepEqual(answer.parse({ ...extraction, fields: { secret: 1 } }), extraction);
});

/** Ajv under the emitted schema; patterns and formats are left to the checks that come after. */
function validator(jsonSchema: object) {
  const ajv = new Ajv({ strict: false, formats: { date: true } });
  ajv.removeKeyword("pattern");
  return ajv.compile(jsonSchema);
}

const date = fc
  .date({ min: new Date("1900-01-01"), max: new Date("2100-01-01"), noInvalidDate: true })
  .map((when) => when.toISOString().slice(0, 10));
const orNull = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: null });
const decimal = fc.integer({ min: -1_000_000, max: 1_000_000 }).map((cents) => `${cents}.00`);

const fields: fc.Arbitrary<Record<string, Field>> = fc
  .dictionary(
    fc.oneof(
      fc.stringMatching(/^[A-Za-z][A-Za-z0-9_]{0,12}$/),
      fc.constantFrom("constructor", "toString", "properties", "enum", "items", "default"),
    ),
    fc.oneof(
      fc.record({
        type: fc.constantFrom("string", "number", "date", "boolean"),
        list: fc.boolean(),
        description: fc.string({ minLength: 1 }),
      }),
      fc.record({
        type: fc.constant("enum" as const),
        list: fc.boolean(),
        values: fc.uniqueArray(fc.string({ minLength: 1 }), { minLength: 1, maxLength: 4 }),
        description: fc.string({ minLength: 1 }),
      }),
    ),
    { maxKeys: 5 },
  )
  .map((own) =>
    Object.fromEntries(Object.entries(own).filter(([name]) => !takenNames.includes(name))),
  );

const valueOf = ({ type, list, values = [] }: Field): fc.Arbitrary<Json> => {
  const one: fc.Arbitrary<Json> = {
    string: () => fc.string(),
    number: () => fc.double({ noNaN: true, noDefaultInfinity: true }),
    date: () => date,
    boolean: () => fc.boolean(),
    enum: () => fc.constantFrom(...values),
  }[type]();
  return list ? fc.array(one, { maxLength: 3 }) : orNull(one);
};

const answersFor = (own: Readonly<Record<string, Field>>): fc.Arbitrary<Json> => {
  const evidence = orNull(fc.record({ page: fc.integer({ min: 1 }), quote: fc.string() }));
  return fc.record({
    title: fc.string(),
    summary: fc.string(),
    category: fc.constantFrom("Banking", "Other"),
    kind: fc.constantFrom("invoice", "other"),
    issuer: orNull(fc.string()),
    recipient: orNull(fc.string()),
    documentDate: orNull(date),
    dueDate: orNull(date),
    periodStart: orNull(date),
    periodEnd: orNull(date),
    currency: orNull(fc.constantFrom("EUR", "USD")),
    totalAmount: orNull(decimal),
    amountDue: orNull(decimal),
    references: fc.array(fc.record({ label: fc.string(), value: fc.string() }), { maxLength: 2 }),
    actionItems: fc.array(
      fc.record({
        what: fc.string(),
        due: orNull(date),
        priority: fc.constantFrom("low", "normal", "high"),
      }),
      { maxLength: 2 },
    ),
    tags: fc.array(fc.string(), { maxLength: 9 }),
    language: fc.string(),
    evidence: fc.record({ issuer: evidence, documentDate: evidence, totalAmount: evidence }),
    confidence: fc.double({ min: 0, max: 1, noNaN: true }),
    ...(Object.keys(own).length > 0
      ? {
          fields: fc.record(
            Object.fromEntries(Object.entries(own).map(([name, field]) => [name, valueOf(field)])),
          ),
        }
      : {}),
  });
};

const { settings } = profileWith({ categories: ["Banking", "Other"] });

const profiles = fields.chain((own) => {
  const profile = prepareProfile("default", { ...settings, fields: own });
  return fc.record({ profile: fc.constant(profile), answer: answersFor(own) });
});

test("what is a whole answer to the API is one here, and the other way round", (t) => {
  fc.assert(
    fc.property(profiles, ({ profile, answer }) => {
      const isWhole = validator(profile.jsonSchema)(answer);
      const tooManyTags = (answer as { tags: Json[] }).tags.length > 8;
      t.is(isWhole, !tooManyTags);
      t.is(profile.answer.safeParse(answer).success, isWhole);
      t.is(strictSchemaFault(profile.jsonSchema), null);
    }),
    { numRuns: 50 },
  );
});

test("what is no answer to the API is none here", (t) => {
  const other = fc.constantFrom<Json>(null, true, 7.5, -1, 0.5, "x", [], {}, ["x"], [null]);
  fc.assert(
    fc.property(profiles, fc.nat(), other, fc.boolean(), ({ profile, answer }, at, value, gone) => {
      const paths = pathsOf(answer);
      const changed = replaced(answer, paths[at % paths.length] ?? [], gone ? undefined : value);
      t.is(profile.answer.safeParse(changed).success, validator(profile.jsonSchema)(changed));
    }),
    { numRuns: 100 },
  );
});

function pathsOf(value: Json, path: readonly string[] = []): (readonly string[])[] {
  if (typeof value !== "object" || value === null) return [path];
  const below = Object.entries(value).flatMap(([key, inner]) => pathsOf(inner, [...path, key]));
  return path.length > 0 ? [path, ...below] : below;
}

/** The value with another one at `path`; without the key, if that is undefined. */
function replaced(value: Json, [key, ...rest]: readonly string[], other: Json | undefined): Json {
  if (key === undefined) return other ?? null;
  if (Array.isArray(value)) {
    return value.map((item: Json, index) =>
      String(index) === key ? replaced(item, rest, other) : item,
    );
  }
  const { [key]: inner = null, ...others } = value as Record<string, Json>;
  if (rest.length === 0 && other === undefined) return others;
  return { ...others, [key]: replaced(inner, rest, other) };
}
