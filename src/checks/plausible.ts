import type { Extraction } from "../extraction.ts";
import { dayAfter } from "./calendar.ts";
import { type Doubt, quoted } from "./check.ts";
import { isSamePerson } from "./name.ts";
import type { Standard } from "./standard.ts";

/** What may be, but hardly is. */
export function* implausible(
  extraction: Extraction,
  { settings, today }: Standard,
): Generator<Doubt> {
  yield* implausibleDates(extraction, today);
  yield* implausibleAmounts(extraction);
  const { issuer, confidence } = extraction;
  if (issuer !== null && settings.me.some((name) => isSamePerson(name, issuer))) {
    const message = `${quoted(issuer)} is the recipient, by the profile's me`;
    yield { field: "issuer", code: "ISSUER_IS_ME", message };
  }
  const { below } = settings.review;
  if (confidence < below) {
    const message = `the model's confidence is ${confidence}, review.below is ${below}`;
    yield { field: "confidence", code: "CONFIDENCE_LOW", message };
  }
}

/** Days are compared as texts: all have four digits for the year. */
function* implausibleDates(extraction: Extraction, today: string): Generator<Doubt> {
  const { documentDate, dueDate, periodStart, periodEnd } = extraction;
  const code = "DATE_IMPLAUSIBLE";
  // Where the document comes from, tomorrow may have begun.
  if (documentDate !== null && documentDate > dayAfter(today, { days: 1 })) {
    yield { field: "documentDate", code, message: `${quoted(documentDate)} is yet to come` };
  }
  const latest = dayAfter(today, { years: 100 });
  for (const [field, date] of Object.entries({ documentDate, dueDate, periodStart, periodEnd })) {
    if (date !== null && date < "1900") {
      yield { field, code, message: `${quoted(date)} is before 1900` };
    }
    if (field !== "documentDate" && date !== null && date > latest) {
      yield { field, code, message: `${quoted(date)} is more than 100 years ahead` };
    }
  }
  if (periodStart !== null && periodEnd !== null && periodEnd < periodStart) {
    const message = `${quoted(periodEnd)} is before the period begins, ${quoted(periodStart)}`;
    yield { field: "periodEnd", code, message };
  }
  if (documentDate !== null && dueDate !== null && yearBefore(documentDate) > dueDate) {
    const message = `${quoted(dueDate)} is more than a year before ${quoted(documentDate)}`;
    yield { field: "dueDate", code, message };
  }
}

const yearBefore = (day: string): string => dayAfter(day, { years: -1 });

function* implausibleAmounts({ totalAmount, amountDue, currency }: Extraction): Generator<Doubt> {
  if (currency === null) return;
  for (const [field, amount] of Object.entries({ totalAmount, amountDue })) {
    const fraction = amount?.split(".")[1]?.replace(/0+$/, "") ?? "";
    const isUsual = fraction === "" || (fraction.length <= 2 && !whole.has(currency));
    if (isUsual || fraction.length <= decimalsOf(currency)) continue;
    const message = `${quoted(amount)} has more decimals than ${currency} has`;
    yield { field, code: "AMOUNT_IMPLAUSIBLE", message };
  }
}

function decimalsOf(currency: string): number {
  const format = new Intl.NumberFormat("en", { style: "currency", currency });
  const { maximumFractionDigits: shown = 0 } = format.resolvedOptions();
  return shown === 0 && !whole.has(currency) ? 2 : shown;
}

/** Currencies without any smaller coin. Of others none is shown either (HUF, IDR, PKR), but bills have them. */
const whole: ReadonlySet<string> = new Set(
  "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF".split(" "),
);
