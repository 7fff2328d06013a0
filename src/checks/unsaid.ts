import type { Extraction } from "../extraction.ts";
import { endsMonth } from "./calendar.ts";
import { type Doubt, notSaid } from "./check.ts";
import { speaksOfOthers } from "./currency.ts";
import { writesDate } from "./date.ts";
import { fold, squeeze, wordsOf } from "./fold.ts";
import { hasWord, standsIn } from "./name.ts";
import { writesAmount } from "./number.ts";
import type { Passage } from "./passage.ts";
import type { Standard } from "./standard.ts";

/** What was read and doesn't stand in a text that is all of the document's. */
export function* unsaid(
  extraction: Extraction,
  own: Standard["settings"]["fields"],
  whole: Passage,
): Generator<Doubt> {
  const { currency, language, amountDue, recipient } = extraction;
  if (currency !== null && speaksOfOthers(whole, currency, language)) {
    const message = `the document names other currencies, and not ${currency}`;
    yield { field: "currency", code: "NOT_IN_DOCUMENT", hard: true, message };
  }
  for (const [field, date] of datesOf(extraction)) {
    if (!writesDate(whole, date)) yield notSaid(field, date);
  }
  if (amountDue !== null && !writesAmount(whole, amountDue)) yield notSaid("amountDue", amountDue);
  if (recipient !== null && standsIn(recipient, whole) === "none") {
    yield notSaid("recipient", recipient);
  }
  const unmarked = whole.letters.replace(/[.,]/g, "");
  for (const { value } of extraction.references.slice(0, MOST_VALUES)) {
    const sought = squeeze(fold(value.slice(0, MOST_SIGNS))).replace(/[.,]/g, "");
    if (!unmarked.includes(sought)) yield notSaid("references", value);
  }
  for (const [field, value] of Object.entries(extraction.fields ?? {})) {
    const type = own[field]?.type;
    const values: unknown[] = Array.isArray(value) ? value.slice(0, MOST_VALUES) : [value];
    const lost = values.find((one) => !says(whole, type, one));
    if (lost !== undefined) yield notSaid(field, lost);
  }
}

/** Of several values so many are looked for. */
const MOST_VALUES = 100;

/** The beginning of a value is enough to tell it. */
const MOST_SIGNS = 200;

/** A period of whole months is often written without its days. */
function* datesOf(extraction: Extraction): Generator<[field: string, date: string]> {
  const { dueDate, periodStart, periodEnd } = extraction;
  if (dueDate !== null) yield ["dueDate", dueDate];
  if (periodStart !== null && !periodStart.endsWith("-01")) yield ["periodStart", periodStart];
  if (periodEnd !== null && !endsMonth(periodEnd)) yield ["periodEnd", periodEnd];
}

type FieldType = Standard["settings"]["fields"][string]["type"];

/** Whether a text has the value of an own field; what may be told in other words isn't looked for. */
function says(whole: Passage, type: FieldType | undefined, value: unknown): boolean {
  if (type === "number") {
    const digits = String(value);
    return !/^-?\d+(\.\d+)?$/.test(digits) || writesAmount(whole, digits);
  }
  if (typeof value !== "string") return true;
  if (type === "date") return writesDate(whole, value);
  if (type !== "string" || value.length > LONGEST_WORDING) return true;
  const numbers = wordsOf(fold(value)).filter((word) => /\d/.test(word));
  return numbers.every((word) => hasWord(word, whole)) && standsIn(value, whole) !== "none";
}

/** Longer ones are a summary. */
const LONGEST_WORDING = 60;
