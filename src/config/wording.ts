import type { z } from "zod";
import { nearest } from "../nearest.ts";

/** What is said about a value that is another than was expected; the value is shown, a key never is. */
export const expected = (what: string) => (issue: { readonly input?: unknown }) =>
  issue.input === undefined ? "is missing" : `expected ${what}, but found ${shown(issue.input)}`;

/** The known name that is probably meant, as the end of a sentence; all of them if none is near. */
export function didYouMean(name: string, known: readonly string[]): string {
  const near = nearest(name, known);
  if (near !== undefined) return `; did you mean ${near}?`;
  return known.length > 0 ? `; known: ${known.join(", ")}` : "";
}

/** The sentences for what the schema itself finds wrong. */
export const wording: z.core.$ZodErrorMap = (issue) => {
  switch (issue.code) {
    case "invalid_type":
      return expected(kinds[issue.expected] ?? issue.expected)(issue);
    case "invalid_value": {
      const values = issue.values.map(String);
      const hint = typeof issue.input === "string" ? didYouMean(issue.input, values) : "";
      return `${expected(either(values))(issue)}${hint.startsWith("; did") ? hint : ""}`;
    }
    case "too_small":
      return (
        { array: "needs at least one entry", string: "must not be empty" }[
          issue.origin as string
        ] ?? `must be at least ${issue.minimum}`
      );
    case "too_big":
      return `must be at most ${issue.maximum}`;
    case "invalid_key":
      return issue.issues[0]?.message;
    default:
      return undefined;
  }
};

const kinds: Readonly<Record<string, string>> = {
  object: "a mapping",
  record: "a mapping",
  array: "a list",
  string: "a text",
  boolean: "true or false",
  number: "a number",
  int: "a whole number",
};

const either = (values: readonly string[]) =>
  [values.slice(0, -1).join(", "), values.at(-1)].filter(Boolean).join(" or ");

function shown(value: unknown): string {
  if (value === null) return "nothing";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "a mapping";
  // somebody may have put the key itself where its file's name belongs
  if (typeof value === "string" && value.startsWith("sk-")) return "a key";
  const text = JSON.stringify(value) ?? typeof value;
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}
