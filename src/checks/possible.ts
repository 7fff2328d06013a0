import type { Extraction } from "../extraction.ts";
import { isCalendarDate } from "./calendar.ts";
import { type Doubt, quoted } from "./check.ts";
import { isLanguage } from "./language.ts";
import { keepOwn } from "./own.ts";
import type { Standard } from "./standard.ts";

/** What may be as it was read, and what is to be said of the rest. */
export interface Possible {
  readonly extraction: Extraction;
  readonly doubts: readonly Doubt[];
}

/** Takes out what can't be: no such date, no amount, no such currency or language, an own field of another type. */
export function keepPossible(extraction: Extraction, settings: Standard["settings"]): Possible {
  const doubts: Doubt[] = [];
  const kept: Extraction = { ...extraction };

  for (const field of dateFields) {
    const date = extraction[field];
    if (date === null || isCalendarDate(date)) continue;
    doubts.push({ field, code: "DATE_IMPOSSIBLE", message: `${quoted(date)} is no date` });
    kept[field] = null;
  }
  for (const field of amountFields) {
    const amount = extraction[field];
    if (amount === null || /^-?\d{1,15}(\.\d{1,6})?$/.test(amount)) continue;
    doubts.push({ field, code: "AMOUNT_UNREADABLE", message: `${quoted(amount)} is no amount` });
    kept[field] = null;
  }
  const { currency, totalAmount, amountDue, category, language, fields } = extraction;
  if (currency !== null && !currencies.has(currency)) {
    const message = `${quoted(currency)} is no ISO 4217 code`;
    doubts.push({ field: "currency", code: "CURRENCY_UNKNOWN", message });
    kept.currency = null;
  }
  if (currency === null && (totalAmount ?? amountDue) !== null) {
    const message = `${quoted(totalAmount ?? amountDue)} has no currency`;
    doubts.push({ field: "currency", code: "AMOUNT_IMPLAUSIBLE", hard: false, message });
  }
  // The category stays, for there is none that would be right.
  if (!settings.categories.includes(category)) {
    const message = `${quoted(category)} is no category of the profile`;
    doubts.push({ field: "category", code: "CATEGORY_UNKNOWN", message });
  }
  if (!isLanguage(language)) {
    const message = `${quoted(language)} is no language`;
    doubts.push({ field: "language", code: "LANGUAGE_UNKNOWN", message });
    kept.language = "und";
  }
  const own = keepOwn(fields, settings.fields);
  if (own.fields) kept.fields = own.fields;
  else delete kept.fields;
  return { extraction: kept, doubts: [...doubts, ...own.doubts] };
}

const dateFields = ["documentDate", "dueDate", "periodStart", "periodEnd"] as const;
const amountFields = ["totalAmount", "amountDue"] as const;

const currencies: ReadonlySet<string> = new Set(Intl.supportedValuesOf("currency"));
