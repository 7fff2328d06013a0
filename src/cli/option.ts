import { nearest } from "../nearest.ts";
import { AutodError } from "../errors.ts";
import type { Given } from "./command.ts";

/** The value of an option that takes one of a few words; undefined where it isn't given. Throws ARGUMENT_INVALID. */
export function oneOf<Word extends string>(
  name: string,
  given: Given,
  words: readonly Word[],
): Word | undefined {
  if (given === undefined) return undefined;
  const word = words.find((one) => one === given);
  if (word !== undefined) return word;
  throw notOneOf(name, String(given), words);
}

/** What is wrong with a word that is none of those known; says which one was probably meant. */
export function notOneOf(name: string, given: string, words: readonly string[]): AutodError {
  const meant = nearest(given, words);
  const hint = meant === undefined ? {} : { hint: `Did you mean ${meant}?` };
  const message = `${name} takes ${words.join(", ")}, not ${given}`;
  return new AutodError("ARGUMENT_INVALID", message, hint);
}

/** The value of an option that takes a whole number from 0 to `most`. Throws ARGUMENT_INVALID. */
export function wholeNumber(name: string, given: Given, most: number): number | undefined {
  if (given === undefined) return undefined;
  const number = Number(given);
  if (Number.isInteger(number) && number >= 0 && number <= most) return number;
  const message = `${name} takes a whole number up to ${most}, not ${String(given)}`;
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
  throw new AutodError(
    "ARGUMENT_INVALID",
    `${name} takes a day as YYYY-MM-DD, not ${String(given)}`,
  );
}

/**
 * The instant that an option names: a day ("2026-11-22", its local midnight), a local time of a day
 * ("2026-11-22 14:05") or of today ("14:05"), or so long ago ("90m", "2h", "3d"). Throws ARGUMENT_INVALID.
 */
export function instant(name: string, given: Given, now = new Date()): Date | undefined {
  if (given === undefined) return undefined;
  const text = String(given);
  const ago = /^(\d{1,6})([smhd])$/.exec(text);
  if (ago)
    return new Date(now.getTime() - Number(ago[1]) * lengths[ago[2] as keyof typeof lengths]);
  const [, day, hour, minute] =
    /^(?:(\d{4}-\d\d-\d\d)(?:[T ]|$))?(?:(\d\d):(\d\d))?$/.exec(text) ?? [];
  const isTime = hour === undefined || (Number(hour) < 24 && Number(minute) < 60);
  if (text === "" || !isTime || (day === undefined && hour === undefined)) {
    const message = `${name} takes a day (2026-11-22), a time ("2026-11-22 14:05", 14:05) or how long ago (2h), not ${text}`;
    throw new AutodError("ARGUMENT_INVALID", message);
  }
  const at = day === undefined ? new Date(now) : (startOfDay(name, day) ?? now);
  at.setHours(Number(hour ?? 0), Number(minute ?? 0), 0, 0);
  return at;
}

/** In milliseconds. */
const lengths = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
