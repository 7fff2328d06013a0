import { extraction } from "../extraction.ts";
import { didYouMean } from "./wording.ts";

const unprintable = ["evidence", "fields"];

/** What a name or folder template may say in braces, besides a profile's own fields. */
const placeholders: readonly string[] = [
  ...Object.keys(extraction.shape).filter((name) => !unprintable.includes(name)),
  "year",
  "month",
  "day",
  "reference",
  "originalName",
];

/** The names that a profile's own field can't have. */
export const takenNames: readonly string[] = [...placeholders, ...unprintable];

/** What is wrong with a template such as "{documentDate:yyyy-MM} {issuer|Unknown}"; empty if nothing is. */
export function templateFaults(template: string, ownFields: readonly string[]): string[] {
  const known = [...placeholders, ...ownFields];
  const faults = new Set<string>();
  const rest = template.replaceAll(/\{([^{}]*)\}/g, (whole, inside: string) => {
    const name = /^([^:|]+)(:[^|]*)?(\|.*)?$/.exec(inside)?.[1]?.trim();
    const format = /^[^:|]+:([^|]*)/.exec(inside)?.[1];
    if (name === undefined) faults.add(`${whole} is no placeholder`);
    else if (format !== undefined && !/yyyy|yy|MM|dd/.test(format)) {
      faults.add(`${whole} has no yyyy, yy, MM or dd in its format`);
    }
    if (name !== undefined && !known.includes(name)) {
      faults.add(`unknown placeholder {${name}}${didYouMean(name, known)}`);
    }
    return "";
  });
  if (/[{}]/.test(rest)) faults.add("a brace has no counterpart");
  return [...faults];
}
