import { z } from "zod";
import { documented, settings } from "./schema.ts";

/** The JSON schema of a configuration file, for editors. */
export const jsonSchema = () => z.toJSONSchema(settings(documented), { io: "input" });

/** The names that are known in the mapping at a path; empty if any name will do. */
export function namesAt(path: readonly PropertyKey[]): string[] {
  let node: z.core.JSONSchema._JSONSchema | undefined = jsonSchema();
  for (const key of path) {
    const mapping = mappingIn(node);
    node =
      typeof key === "number"
        ? itemsOf(mapping)
        : (mapping?.properties?.[String(key)] ?? mapping?.additionalProperties);
  }
  return Object.keys(mappingIn(node)?.properties ?? {});
}

/** What may also be null is one of two. */
function mappingIn(
  node: z.core.JSONSchema._JSONSchema | undefined,
): z.core.JSONSchema.JSONSchema | undefined {
  if (typeof node !== "object") return undefined;
  return node.anyOf ? mappingIn(node.anyOf[0]) : node;
}

const itemsOf = (node: z.core.JSONSchema.JSONSchema | undefined) =>
  Array.isArray(node?.items) ? node.items[0] : node?.items;
