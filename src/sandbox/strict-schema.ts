type Schema = { readonly [keyword: string]: unknown };

const MAX_DEPTH = 10;
const MAX_PROPERTIES = 5_000;
const MAX_ENUM_VALUES = 1_000;
/** An enum of strings with more values than this may have only so many characters. */
const LARGE_ENUM = 250;
const MAX_LARGE_ENUM_CHARACTERS = 15_000;
/** In all names of properties and definitions, enums and consts. */
const MAX_CHARACTERS = 120_000;

const types = new Set<unknown>([
  "string",
  "number",
  "integer",
  "boolean",
  "object",
  "array",
  "null",
]);
const formats = new Set<unknown>([
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
const keywords = new Set(
  [
    "type enum const $ref anyOf description title $schema $defs definitions",
    "properties required additionalProperties items minItems maxItems pattern format",
    "multipleOf minimum maximum exclusiveMinimum exclusiveMaximum",
  ].flatMap((names) => names.split(" ")),
);

/**
 * What in a JSON Schema is outside the subset that strict structured output is documented to take, and where;
 * null if nothing is.
 */
export function strictSchemaFault(schema: unknown): string | null {
  try {
    checkWhole(schema);
    return null;
  } catch (error) {
    if (error instanceof Fault) return error.message;
    throw error;
  }
}

/** Only ends the walk; it never leaves this file. */
class Fault extends Error {
  constructor(path: readonly string[], what: string) {
    super(`In context=(${path.map((name) => `'${name}'`).join(", ")}), ${what}.`);
  }
}

interface Walk {
  readonly root: Schema;
  properties: number;
  enumValues: number;
  characters: number;
}

function checkWhole(schema: unknown): void {
  if (!isSchema(schema)) throw new Fault([], "the schema is not an object");
  if (schema.anyOf) throw new Fault([], "'anyOf' is not permitted at the root");
  if (schema.type !== "object") throw new Fault([], "the root schema must be of type 'object'");
  const walk: Walk = { root: schema, properties: 0, enumValues: 0, characters: 0 };
  check(schema, [], 1, walk);
  const most = (count: number, limit: number, what: string) => {
    if (count > limit) throw new Fault([], `there are ${count} ${what}, more than ${limit}`);
  };
  most(walk.properties, MAX_PROPERTIES, "properties");
  most(walk.enumValues, MAX_ENUM_VALUES, "enum values");
  most(walk.characters, MAX_CHARACTERS, "characters in names, enums and consts");
}

function check(schema: unknown, path: readonly string[], depth: number, walk: Walk): void {
  if (!isSchema(schema)) throw new Fault(path, "the schema is not an object");
  if (depth > MAX_DEPTH) throw new Fault(path, `it is nested more than ${MAX_DEPTH} levels deep`);
  for (const keyword of Object.keys(schema)) {
    if (!keywords.has(keyword)) throw new Fault(path, `'${keyword}' is not permitted`);
  }
  checkType(schema, path);
  checkReference(schema, path, walk.root);
  checkMembers(schema, path, walk);
  if (schema.format !== undefined && !formats.has(schema.format)) {
    throw new Fault(path, `'format' ${JSON.stringify(schema.format)} is not supported`);
  }
  if (isOf(schema, "object")) checkObject(schema, path, depth, walk);
  if (isOf(schema, "array")) check(schema.items, [...path, "items"], depth + 1, walk);
  if (schema.anyOf !== undefined) {
    if (!Array.isArray(schema.anyOf) || schema.anyOf.length === 0) {
      throw new Fault(path, "'anyOf' must be a list of schemas");
    }
    for (const [index, branch] of schema.anyOf.entries()) {
      check(branch, [...path, "anyOf", String(index)], depth, walk);
    }
  }
  for (const room of ["$defs", "definitions"]) {
    const definitions = schema[room] ?? {};
    for (const [name, definition] of Object.entries(definitions)) {
      walk.characters += name.length;
      check(definition, [...path, room, name], 1, walk);
    }
  }
}

function checkType(schema: Schema, path: readonly string[]): void {
  const given = [schema.type ?? []].flat();
  const unknown = given.find((type) => !types.has(type));
  if (unknown !== undefined) throw new Fault(path, `${JSON.stringify(unknown)} is not a type`);
  const says = ["type", "enum", "const", "anyOf", "$ref"].some((key) => schema[key] !== undefined);
  if (!says) throw new Fault(path, "schema must have a 'type' key");
}

function checkReference({ $ref }: Schema, path: readonly string[], root: Schema): void {
  if ($ref === undefined || $ref === "#") return;
  const [, room = "", name = ""] =
    /^"#\/(\$defs|definitions)\/([^/]+)"$/.exec(JSON.stringify($ref)) ?? [];
  const definitions = root[room];
  if (isSchema(definitions) && Object.hasOwn(definitions, name)) return;
  throw new Fault(path, `reference ${JSON.stringify($ref)} can't be resolved`);
}

function checkMembers(schema: Schema, path: readonly string[], walk: Walk): void {
  if (schema.const !== undefined) walk.characters += lengthOf(schema.const);
  if (schema.enum === undefined) return;
  const members: unknown = schema.enum;
  if (!Array.isArray(members) || members.length === 0) {
    throw new Fault(path, "'enum' must be a list of values");
  }
  const characters = members.map(lengthOf).reduce((sum, length) => sum + length, 0);
  walk.enumValues += members.length;
  walk.characters += characters;
  if (members.length > LARGE_ENUM && characters > MAX_LARGE_ENUM_CHARACTERS) {
    throw new Fault(path, `'enum' has more than ${MAX_LARGE_ENUM_CHARACTERS} characters`);
  }
}

function checkObject(schema: Schema, path: readonly string[], depth: number, walk: Walk): void {
  if (schema.additionalProperties !== false) {
    throw new Fault(path, "'additionalProperties' is required to be supplied and to be false");
  }
  const properties = Object.entries(schema.properties ?? {});
  const required = new Set<unknown>(Array.isArray(schema.required) ? schema.required : []);
  const missing = properties.find(([name]) => !required.has(name))?.[0];
  if (missing !== undefined || required.size !== properties.length) {
    const which = missing === undefined ? "" : `; '${missing}' is missing`;
    throw new Fault(path, `'required' must list exactly the keys in properties${which}`);
  }
  walk.properties += properties.length;
  for (const [name, property] of properties) {
    walk.characters += name.length;
    check(property, [...path, "properties", name], depth + 1, walk);
  }
}

function lengthOf(value: unknown): number {
  return typeof value === "string" ? value.length : JSON.stringify(value).length;
}

function isOf({ type }: Schema, wanted: string): boolean {
  return [type].flat().includes(wanted);
}

function isSchema(value: unknown): value is Schema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
