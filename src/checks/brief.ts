import type { Extraction } from "../extraction.ts";
import type { Doubt } from "./check.ts";
import type { Possible } from "./possible.ts";
import type { Standard } from "./standard.ts";

/**
 * Keeps the beginning of what was read where it is longer than any document needs: a record is written again and
 * again, and must stay small whatever a model says.
 */
export function keepBrief(
  { fields, ...read }: Extraction,
  { fields: wanted }: Standard["settings"],
): Possible {
  const doubts: Doubt[] = [];
  const briefly = ([field, value]: [string, unknown]): [string, unknown] => {
    const { kept, isWhole } = beginningOf(value);
    const message = "it is very long: only its beginning is kept";
    if (!isWhole) doubts.push({ field, code: "TOO_LONG", hard: false, message });
    return [field, kept];
  };
  const kept = Object.fromEntries(Object.entries(read).map(briefly)) as Omit<Extraction, "fields">;
  if (!fields) return { extraction: kept, doubts };
  const own = Object.entries(fields).filter(([name]) => Object.hasOwn(wanted, name));
  return { extraction: { ...kept, fields: Object.fromEntries(own.map(briefly)) }, doubts };
}

function beginningOf(whole: unknown): { readonly kept: unknown; readonly isWhole: boolean } {
  let isWhole = true;
  const cut = (value: unknown, depth: number): unknown => {
    if (typeof value === "string") {
      const most = depth === 0 ? MOST_SIGNS : MOST_SIGNS_WITHIN;
      if (value.length <= most) return value;
      isWhole = false;
      // No half of a sign stays.
      return value.slice(0, most).replace(/[\ud800-\udbff]$/, "");
    }
    if (typeof value !== "object" || value === null) return value;
    const members = Object.entries(value);
    if (depth === DEEPEST || members.length > MOST_MEMBERS) isWhole = false;
    if (depth === DEEPEST) return null;
    const some = members.slice(0, MOST_MEMBERS).map(([key, one]) => [key, cut(one, depth + 1)]);
    return Array.isArray(value) ? some.map(([, one]) => one) : Object.fromEntries(some);
  };
  return { kept: cut(whole, 0), isWhole };
}

/** Characters of a text, and of one in a list. */
const MOST_SIGNS = 2000;
const MOST_SIGNS_WITHIN = 500;

const MOST_MEMBERS = 100;

/** Nothing that is asked for is as deep as this. */
const DEEPEST = 3;
