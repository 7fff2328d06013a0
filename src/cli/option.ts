import { AutodError } from "../errors.ts";

type Given = string | boolean | undefined;

/** The value of an option that takes one of a few words; undefined where it isn't given. Throws ARGUMENT_INVALID. */
export function oneOf<Word extends string>(
  name: string,
  given: Given,
  words: readonly Word[],
): Word | undefined {
  if (given === undefined) return undefined;
  const word = words.find((one) => one === given);
  if (word !== undefined) return word;
  throw new AutodError("ARGUMENT_INVALID", `${name} takes ${words.join(", ")}, not ${given}`);
}

/** The value of an option that takes a whole number from 0 to `most`. Throws ARGUMENT_INVALID. */
export function wholeNumber(name: string, given: Given, most: number): number | undefined {
  if (given === undefined) return undefined;
  const number = Number(given);
  if (Number.isInteger(number) && number >= 0 && number <= most) return number;
  const message = `${name} takes a whole number up to ${most}, not ${given}`;
  throw new AutodError("ARGUMENT_INVALID", message);
}

/** The local midnight at which the day of an option begins. Throws ARGUMENT_INVALID. */
export function startOfDay(name: string, given: Given): Date | undefined {
  if (given === undefined) return undefined;
  const [year = 0, month = 0, day = 0] = String(given).split("-").map(Number);
  const date = new Date(year, month - 1, day);
  // "2026-02-30" would otherwise be the second of March.
  const said = /^\d{4}-\d{2}-\d{2}$/.test(String(given)) && date.getDate() === day;
  if (said && date.getMonth() === month - 1) return date;
  throw new AutodError("ARGUMENT_INVALID", `${name} takes a day as YYYY-MM-DD, not ${given}`);
}
