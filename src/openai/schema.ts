import { z } from "zod";
import type { Config } from "../config/schema.ts";
import { extraction } from "../extraction.ts";

type ProfileSettings = Config["profiles"][string];
type FieldSettings = ProfileSettings["fields"][string];
export type JsonSchema = { readonly [key: string]: unknown };

/**
 * What a profile's answers must look like: the extraction, in which the profile's lists are all that there is to
 * choose from, and the fields it adds. What each field means is told in the prompt, for not every server shows a
 * model its schema.
 */
export function answerSchema(settings: ProfileSettings): z.ZodType {
  const { categories, tags, issuers } = settings;
  const added = Object.entries(settings.fields).map(
    ([name, field]) => [name, fieldSchema(field)] as const,
  );
  return extraction
    .extend({
      category: oneOf(categories),
      ...(tags.length > 0 ? { tags: z.array(oneOf(tags)).max(8) } : {}),
      ...(issuers.list === "closed" ? { issuer: oneOf(issuers.names).nullable() } : {}),
      ...(added.length > 0 ? { fields: z.object(Object.fromEntries(added)) } : {}),
    })
    .omit(added.length > 0 ? {} : { fields: true });
}

const oneOf = (values: readonly string[]) => z.enum(values as [string, ...string[]]);

function fieldSchema(field: FieldSettings): z.ZodType {
  const one = {
    string: () => z.string(),
    number: () => z.number(),
    date: () => z.string().meta({ format: "date" }),
    boolean: () => z.boolean(),
    enum: () => oneOf(field.values ?? []),
  }[field.type]();
  return field.list ? z.array(one) : one.nullable();
}

/**
 * The same as JSON Schema, inside the subset that strict structured output takes
 * (https://developers.openai.com/api/docs/guides/structured-outputs): what is not in it is left out here
 * and checked again when the answer comes.
 */
export function strictJsonSchema(schema: z.ZodType): JsonSchema {
  const { $schema: _, ...whole } = z.toJSONSchema(schema, { target: "draft-7" });
  return strip(whole) as JsonSchema;
}

const UNSUPPORTED = new Set([
  "minLength",
  "maxLength",
  "default",
  "propertyNames",
  "examples",
  "title",
]);
const FORMATS = new Set([
  "date-time",
  "time",
  "date",
  "duration",
  "email",
  "hostname",
  "ipv4",
  "ipv6",
  "uuid",
]);
/** Zod bounds every whole number so; it says nothing. */
const isSafeIntegerBound = (key: string, value: unknown) =>
  (key === "minimum" || key === "maximum") && Math.abs(Number(value)) === Number.MAX_SAFE_INTEGER;

function strip(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(strip);
  if (typeof node !== "object" || node === null) return node;
  return Object.fromEntries(
    Object.entries(node).flatMap(([key, value]) => {
      if (key === "properties") return [[key, stripEach(value)]];
      if (key === "enum" || key === "const" || key === "required") return [[key, value]];
      if (UNSUPPORTED.has(key) || isSafeIntegerBound(key, value)) return [];
      if (key === "format" && !FORMATS.has(String(value))) return [];
      return [[key, strip(value)]];
    }),
  );
}

/** Below `properties` the keys are names, not keywords. */
function stripEach(properties: object): unknown {
  return Object.fromEntries(
    Object.entries(properties).map(([name, value]) => [name, strip(value)]),
  );
}
