import { categoryOf } from "./category.ts";
import { type Dates, findDates } from "./dates.ts";
import { kindOf } from "./kind.ts";
import { languageOf } from "./language.ts";
import { type Found, hasText, linesOf } from "./lines.ts";
import { findParties } from "./parties.ts";
import { findReferences, type Reference } from "./references.ts";
import { titleOf } from "./title.ts";
import { findTotals } from "./totals.ts";
import { wordingIn } from "./wording.ts";

type Evidence = { readonly page: number; readonly quote: string } | null;

/** What was read in a document, by the names under which schemas ask for it. */
export interface Reading {
  readonly title: string;
  readonly summary: string;
  readonly category: string;
  readonly kind: string;
  readonly issuer: string | null;
  readonly recipient: string | null;
  readonly documentDate: string | null;
  readonly dueDate: string | null;
  readonly periodStart: string | null;
  readonly periodEnd: string | null;
  readonly currency: string | null;
  readonly totalAmount: string | null;
  readonly amountDue: string | null;
  readonly references: readonly Reference[];
  readonly actionItems: readonly {
    readonly what: string;
    readonly due: string | null;
    readonly priority: string;
  }[];
  readonly tags: readonly string[];
  readonly language: string;
  readonly evidence: {
    readonly issuer: Evidence;
    readonly documentDate: Evidence;
    readonly totalAmount: Evidence;
  };
  readonly confidence: number;
}

/** Reads a document from the text of its pages; of one without text it knows nothing. */
export function readDocument(pages: readonly string[]): Reading {
  const lines = linesOf(pages);
  if (!hasText(lines)) return unread();
  const language = languageOf(lines);
  const kind = kindOf(lines);
  const category = categoryOf(lines);
  const references = findReferences(lines);
  const title = titleOf(lines, references, wordingIn(language).kinds[kind]);
  const { issuer, recipient } = findParties(lines);
  const dates = findDates(lines);
  const { totalAmount, amountDue, currency } = findTotals(lines, kind === "statement");
  const amount = totalAmount && [totalAmount.value, currency].filter(Boolean).join(" ");
  const known = [issuer, dates.documentDate, kind === "letter" || totalAmount].filter(Boolean);
  return {
    title,
    summary: summarize(language, title, issuer, dates, amount),
    category,
    kind,
    issuer: issuer?.value ?? null,
    recipient,
    ...dates,
    documentDate: dates.documentDate?.value ?? null,
    currency: totalAmount ? currency : null,
    totalAmount: totalAmount?.value ?? null,
    amountDue,
    references,
    actionItems: amount && dates.dueDate ? [payment(language, amount, dates.dueDate)] : [],
    tags: [...new Set([kind, category.toLowerCase()])],
    language,
    evidence: {
      issuer: evidence(issuer),
      documentDate: evidence(dates.documentDate),
      totalAmount: evidence(totalAmount),
    },
    confidence: [0.3, 0.5, 0.75, 0.95][known.length] ?? 0,
  };
}

function summarize(
  language: string,
  title: string,
  issuer: Found | null,
  { documentDate, dueDate }: Dates,
  amount: string | null,
): string {
  const words = wordingIn(language);
  const origin = [
    issuer ? `${words.from} ${issuer.value}` : "",
    documentDate ? `${words.dated} ${documentDate.value}` : "",
  ];
  const sentences = [
    [title, ...origin].filter(Boolean).join(", "),
    amount ? `${words.total} ${amount}` : "",
    dueDate ? `${words.due} ${dueDate}` : "",
  ];
  return sentences
    .filter(Boolean)
    .map((sentence) => sentence.replace(/\.?$/, "."))
    .join(" ");
}

function payment(language: string, amount: string, due: string) {
  return { what: `${wordingIn(language).pay} ${amount}`, due, priority: "normal" };
}

function evidence(found: Found | null): Evidence {
  return found && { page: found.page, quote: found.quote };
}

function unread(): Reading {
  const { nothing } = wordingIn("en");
  return {
    title: "",
    summary: nothing,
    category: "Other",
    kind: "other",
    issuer: null,
    recipient: null,
    documentDate: null,
    dueDate: null,
    periodStart: null,
    periodEnd: null,
    currency: null,
    totalAmount: null,
    amountDue: null,
    references: [],
    actionItems: [],
    tags: [],
    language: "und",
    evidence: { issuer: null, documentDate: null, totalAmount: null },
    confidence: 0.1,
  };
}
