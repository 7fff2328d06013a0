import type { Extraction } from "../extraction.ts";
import { keysOf } from "../placeholder.ts";
import { keepBrief } from "./brief.ts";
import type { Check, Doubt } from "./check.ts";
import { unproven } from "./evidence.ts";
import { type Paper, paperOf } from "./paper.ts";
import { implausible } from "./plausible.ts";
import { keepPossible } from "./possible.ts";
import type { Standard } from "./standard.ts";
import { unsaid } from "./unsaid.ts";

export type { Check } from "./check.ts";
export type { Standard } from "./standard.ts";

/** An extraction with what can't be relied on taken out, and why. */
export interface Checked {
  readonly extraction: Extraction;
  readonly checks: readonly Check[];
}

/**
 * Holds what the model said against what can be known here: it is untrusted, and an impossible date would
 * become part of a name. What is impossible becomes null, and what never ends is cut; what is implausible, or not
 * what the text of the document says, stays as it was read.
 */
export function checkExtraction(extraction: Extraction, standard: Standard): Checked {
  const { settings, text } = standard;
  const brief = keepBrief(extraction, settings);
  const possible = keepPossible(brief.extraction, settings);
  const gone = new Set(possible.doubts.map(({ field }) => field));
  const doubts = [
    ...brief.doubts.filter(({ field }) => !gone.has(field)),
    ...possible.doubts,
    ...implausible(possible.extraction, standard),
    ...(text === null ? [] : unsupported(possible.extraction, paperOf(text), standard)),
  ];
  const named = new Set([settings.name, settings.folder].flatMap(keysOf));
  const matters = (field: string) => vital.has(field) || named.has(field);
  return {
    extraction: possible.extraction,
    checks: doubts.map(({ field, code, message, hard = matters(field) }) => ({
      field,
      code,
      hard,
      message,
    })),
  };
}

function* unsupported(
  extraction: Extraction,
  paper: Paper,
  { settings, aliasesOf }: Standard,
): Generator<Doubt> {
  yield* unproven(extraction, paper, aliasesOf);
  if (paper.complete) yield* unsaid(extraction, settings.fields, paper.whole);
}

/** Fields by which documents are found, whatever they are named after. */
const vital: ReadonlySet<string> = new Set([
  "issuer",
  "documentDate",
  "totalAmount",
  "category",
  "confidence",
]);
