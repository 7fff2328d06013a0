import type { z } from "zod";
import { namesAt } from "./json-schema.ts";
import { didYouMean } from "./wording.ts";

/** Something wrong with the configuration. */
export interface Fault {
  /** In the file; absent where it comes from elsewhere. */
  readonly line?: number;
  readonly text: string;
}

/** What the schema found wrong, each with its line; `origins` says which settings don't come from the file. */
export function faultsOf(
  issues: readonly z.core.$ZodIssue[],
  lineOf: (path: readonly PropertyKey[]) => number,
  origins: ReadonlyMap<string, string>,
): Fault[] {
  const seen = new Set<string>();
  return issues.flatMap(unfolded).flatMap(({ path, message }) => {
    const key = keyOf(path);
    // a second sentence about one setting mostly follows from the first
    if (seen.has(key)) return [];
    seen.add(key);
    const origin = origins.get(key);
    if (origin !== undefined) return [{ text: `${origin}: ${key}: ${message}` }];
    return [{ line: lineOf(path), text: `${key}: ${message}` }];
  });
}

interface Sentence {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

function unfolded(issue: z.core.$ZodIssue): Sentence[] {
  if (issue.code !== "unrecognized_keys") return [issue];
  const known = namesAt(issue.path);
  return issue.keys.map((key) => ({
    path: [...issue.path, key],
    message: `unknown key${didYouMean(key, known)}`,
  }));
}

/** A path as it is written: folders[0].inbox. */
function keyOf(path: readonly PropertyKey[]): string {
  const parts = path.map((part, index) => {
    if (typeof part === "number") return `[${part}]`;
    const name = String(part);
    if (!/^[\w-]+$/.test(name)) return `[${JSON.stringify(name)}]`;
    return index === 0 ? name : `.${name}`;
  });
  return parts.join("") || "the file";
}
