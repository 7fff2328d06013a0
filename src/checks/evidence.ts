import type { Extraction } from "../extraction.ts";
import { type Doubt, notSaid, quoted } from "./check.ts";
import { writesDate } from "./date.ts";
import { standsIn } from "./name.ts";
import { writesAmount } from "./number.ts";
import type { Paper } from "./paper.ts";
import type { Passage } from "./passage.ts";
import { findQuote } from "./quote.ts";
import type { Standard } from "./standard.ts";

/** What the document says against the fields for which the model quotes it. */
export function* unproven(
  { issuer, documentDate, totalAmount, evidence }: Extraction,
  paper: Paper,
  aliasesOf: Standard["aliasesOf"],
): Generator<Doubt> {
  const { whole } = paper;
  if (issuer !== null) {
    const aliases = aliasesOf(issuer);
    const alsoNamed = () => aliases.some((alias) => standsIn(alias, whole) !== "none");
    yield* heldAgainst(paper, "issuer", issuer, evidence.issuer, {
      isThere: () => standsIn(issuer, whole) !== "none" || alsoNamed(),
      agrees: (quote) =>
        standsIn(issuer, quote) !== "none" || standsIn(issuer, whole) === "all" || alsoNamed(),
    });
  }
  if (documentDate !== null) {
    yield* heldAgainst(paper, "documentDate", documentDate, evidence.documentDate, {
      isThere: () => writesDate(whole, documentDate),
      agrees: (quote) => writesDate(quote, documentDate) || !hasDigits(quote),
    });
  }
  if (totalAmount !== null) {
    yield* heldAgainst(paper, "totalAmount", totalAmount, evidence.totalAmount, {
      isThere: () => writesAmount(whole, totalAmount),
      agrees: (quote) => writesAmount(quote, totalAmount) || !hasDigits(quote),
    });
  }
}

/** A quote that is a label alone ("Invoice date") speaks neither for a value nor against it. */
const hasDigits = ({ folded }: Passage): boolean => /\d/.test(folded);

interface Proof {
  /** Whether the document has the value. */
  readonly isThere: () => boolean;
  /** Whether the value may come from a quote that the document has. */
  readonly agrees: (quote: Passage) => boolean;
}

function* heldAgainst(
  paper: Paper,
  field: string,
  value: string,
  evidence: Extraction["evidence"]["issuer"],
  { isThere, agrees }: Proof,
): Generator<Doubt> {
  const found = evidence && findQuote(paper, evidence.page, evidence.quote);
  if (found && found.page !== null && found.page !== evidence.page) {
    const message = `${quoted(evidence.quote)} stands on page ${found.page}, not on page ${evidence.page}`;
    yield { field, code: "QUOTE_NOT_FOUND", hard: false, message };
  }
  // What isn't found may stand on a page that can't be read here.
  if (!paper.complete) return;
  const stands = isThere();
  if (found && found.page === null) {
    const message = `the document doesn't say ${quoted(evidence.quote)}`;
    yield { field, code: "QUOTE_NOT_FOUND", ...(stands ? { hard: false } : {}), message };
  }
  if (!stands) {
    yield notSaid(field, value);
  } else if (found && found.page !== null && !agrees(found.passage)) {
    const message = `${quoted(value)} is not in the words it was taken from, ${quoted(evidence.quote)}`;
    yield { field, code: "NOT_IN_DOCUMENT", message };
  }
}
