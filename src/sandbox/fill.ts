import { closest } from "./closest.ts";
import { plainest } from "./plainest.ts";

export type Schema = { readonly [keyword: string]: unknown };

/** What is known, by the names that properties have. */
type Known = { readonly [name: string]: unknown };

/** An answer deeper than this only repeats a schema that refers to itself. */
const MAX_DEPTH = 20;

/**
 * An instance of a JSON Schema: properties whose names are known get what is known where it fits, others null
 * where that may be, else the plainest value of their type. `text` helps to choose among an enum's members.
 */
export function fillSchema(schema: Schema, known: object, text: string): unknown {
  const root = known as Known;

  const fill = (given: unknown, wanted: unknown, depth: number): unknown => {
    const branches = branchesOf(given, schema);
    const takesNull = branches.some((branch) => branch.type === "null" || branch.const === null);
    if (depth > MAX_DEPTH && takesNull) return null;
    if (wanted === undefined || wanted === null) {
      if (takesNull) return null;
    } else {
      for (const branch of branches) {
        const value = offer(branch, wanted, depth);
        if (value !== undefined) return value;
      }
      if (takesNull) return null;
    }
    const [first = {}] = branches;
    return offer(first, isObject(first) ? {} : undefined, depth) ?? plainest(first);
  };

  /** The value as this schema takes it; undefined where it doesn't. */
  const offer = (branch: Schema, wanted: unknown, depth: number): unknown => {
    if (branch.const !== undefined) return branch.const;
    if (Array.isArray(branch.enum)) return closest(branch.enum, wanted, text);
    if (isObject(branch)) return isRecord(wanted) ? object(branch, wanted, depth) : undefined;
    if (branch.type === "array") return list(branch, wanted, depth);
    return fitting(branch, wanted);
  };

  const object = (branch: Schema, wanted: Known, depth: number) => {
    const properties = Object.entries((branch.properties ?? {}) as Record<string, unknown>);
    const valueOf = (name: string) => (Object.hasOwn(wanted, name) ? wanted[name] : root[name]);
    return Object.fromEntries(
      properties.map(([name, property]) => [name, fill(property, valueOf(name), depth + 1)]),
    );
  };

  const list = (branch: Schema, wanted: unknown, depth: number) => {
    const { maxItems = Infinity, minItems = 0 } = branch as {
      maxItems?: number;
      minItems?: number;
    };
    if (!Array.isArray(wanted)) wanted = [];
    const items = (wanted as unknown[]).slice(0, maxItems);
    while (items.length < minItems) items.push(undefined);
    return items.map((item) => fill(branch.items ?? {}, item, depth + 1));
  };

  return fill(schema, root, 0);
}

/** A schema, or the schemas that it is one of, with references followed and lists of types taken apart. */
function branchesOf(given: unknown, root: Schema, hops = 0): readonly Schema[] {
  if (!isRecord(given) || hops > MAX_DEPTH) return [{ type: "null" }];
  if (typeof given.$ref === "string") return branchesOf(lookUp(given.$ref, root), root, hops + 1);
  if (Array.isArray(given.anyOf)) {
    return given.anyOf.flatMap((branch) => branchesOf(branch, root, hops + 1));
  }
  if (Array.isArray(given.type)) return given.type.map((type) => ({ ...given, type }));
  return [given];
}

function lookUp(reference: string, root: Schema): unknown {
  let node: unknown = root;
  for (const step of reference.split("/").slice(1)) node = isRecord(node) ? node[step] : undefined;
  return node;
}

function fitting(schema: Schema, wanted: unknown): unknown {
  const { type } = schema;
  if (type === undefined) return wanted;
  if (type === "string") {
    if (typeof wanted !== "string") return undefined;
    const right = typeof schema.pattern === "string" ? new RegExp(schema.pattern, "u") : /^/;
    return right.test(wanted) && hasFormat(wanted, schema.format) ? wanted : undefined;
  }
  if (type === "number" || type === "integer") {
    if (typeof wanted !== "number") return undefined;
    if (type === "integer" && !Number.isInteger(wanted)) return undefined;
    const { minimum = -Infinity, maximum = Infinity } = schema as Record<string, number>;
    const { exclusiveMinimum, exclusiveMaximum, multipleOf } = schema as Record<string, number>;
    const inside =
      wanted >= minimum &&
      wanted <= maximum &&
      !(exclusiveMinimum !== undefined && wanted <= exclusiveMinimum) &&
      !(exclusiveMaximum !== undefined && wanted >= exclusiveMaximum) &&
      !(multipleOf !== undefined && wanted % multipleOf !== 0);
    return inside ? wanted : undefined;
  }
  return type === typeof wanted ? wanted : undefined;
}

/** Of the formats only dates are read anywhere; nothing that was read fits another one. */
function hasFormat(text: string, format: unknown): boolean {
  return format === undefined || (format === "date" && /^\d{4}-\d{2}-\d{2}$/.test(text));
}

function isObject({ type, properties }: Schema): boolean {
  return type === "object" || (type === undefined && properties !== undefined);
}

function isRecord(value: unknown): value is Known {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
