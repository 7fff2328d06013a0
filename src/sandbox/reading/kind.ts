import type { Line } from "./lines.ts";

/** The kinds, the more telling first: an invoice may speak of a contract, hardly the other way round. */
const kinds: readonly (readonly [string, RegExp])[] = [
  ["receipt", /\breceipt\b|quittung|kassenbon|kassenbeleg|\breçu\b|kassabon/iu],
  [
    "statement",
    /account statement|bank statement|statement of account|kontoauszug|relevé de compte|rekeningafschrift|current account statement/iu,
  ],
  ["invoice", /invoice|rechnung|facture|factuur|\bbill\b|\bavoir\b|credit note|gutschrift/iu],
  ["certificate", /certificate|bescheinigung|zertifikat|urkunde|attestation|certificat/iu],
  ["ticket", /\bticket\b|boarding pass|fahrkarte|fahrschein|\bbillet\b/iu],
  ["contract", /\bcontract\b|agreement|vertrag|contrat\b|overeenkomst/iu],
  ["report", /\breport\b|bericht|gutachten|rapport/iu],
  ["manual", /\bmanual\b|user guide|bedienungsanleitung|handbuch|mode d.emploi/iu],
  ["form", /application form|\bformular\b|antrag|formulaire/iu],
  [
    "letter",
    /dear (?:sir|madam|m[rs]|customer|\p{Lu})|sehr geehrte|liebe[rs]? |madame|monsieur|geachte|sincerely|regards|freundlichen grüßen/iu,
  ],
];
/** A kind is said in the head of a document, not in a sentence there. */
const HEAD = 12;
const heading = /^[^\p{Ll}].{0,59}$/u;

/** What a document is; "other" where nothing says so. */
export function kindOf(lines: readonly Line[]): string {
  const salutation = kinds.at(-1)?.[1];
  const greeted = lines.some(({ text }) => salutation?.test(text));
  const named = (within: readonly Line[]) =>
    kinds.find(([, words]) => within.some(({ text }) => words.test(text)))?.[0];
  const head = lines.slice(0, HEAD).filter(({ text }) => heading.test(text));
  return named(head) ?? (greeted ? "letter" : (named(lines) ?? "other"));
}
