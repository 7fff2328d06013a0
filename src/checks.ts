import type { Extraction } from "./extraction.ts";

/** Something about an extraction that is not as it should be. */
export interface Check {
  readonly field: string;
  readonly code: "DATE_IMPOSSIBLE" | "AMOUNT_UNREADABLE" | "CURRENCY_UNKNOWN" | "CONFIDENCE_LOW";
  /** Hard: a person must look before it is filed under this name. */
  readonly hard: boolean;
  readonly message: string;
}

/** An extraction with what can't be relied on taken out, and why. */
export interface Checked {
  readonly extraction: Extraction;
  readonly checks: readonly Check[];
}

const dateFields = ["documentDate", "dueDate", "periodStart", "periodEnd"] as const;
const amountFields = ["totalAmount", "amountDue"] as const;

/**
 * Holds what the model said against what can be known here: it is untrusted, and an impossible date would
 * become part of a name. What fails becomes null. `reviewBelow` is the confidence below which a person is
 * asked to look.
 */
export function checkExtraction(extraction: Extraction, reviewBelow: number): Checked {
  const checks: Check[] = [];
  const fail = (field: string, code: Check["code"], hard: boolean, message: string) => {
    checks.push({ field, code, hard, message });
    return null;
  };
  const checked: Extraction = { ...extraction };

  for (const field of dateFields) {
    const date = extraction[field];
    if (date === null || isCalendarDate(date)) continue;
    const hard = field === "documentDate";
    checked[field] = fail(field, "DATE_IMPOSSIBLE", hard, `${JSON.stringify(date)} is no date`);
  }
  for (const field of amountFields) {
    const amount = extraction[field];
    if (amount === null || /^-?\d{1,15}(\.\d{1,6})?$/.test(amount)) continue;
    checked[field] = fail(
      field,
      "AMOUNT_UNREADABLE",
      field === "totalAmount",
      `${JSON.stringify(amount)} is no amount`,
    );
  }
  const { currency } = extraction;
  if (currency !== null && !currencies.has(currency)) {
    const message = `${JSON.stringify(currency)} is no ISO 4217 code`;
    checked.currency = fail("currency", "CURRENCY_UNKNOWN", false, message);
  }
  if (extraction.confidence < reviewBelow) {
    const message = `the model's confidence is ${extraction.confidence}, review.below is ${reviewBelow}`;
    fail("confidence", "CONFIDENCE_LOW", true, message);
  }
  return { extraction: checked, checks };
}

const currencies: ReadonlySet<string> = new Set(Intl.supportedValuesOf("currency"));

function isCalendarDate(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}
