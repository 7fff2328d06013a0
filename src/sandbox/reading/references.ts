import type { Line } from "./lines.ts";

/** A number that identifies a document or a customer, with the label that it has there. */
export interface Reference {
  readonly label: string;
  readonly value: string;
}

const subject =
  "invoice|bill|receipt|customer|client|account|contract|policy|order|reference|meter|case|member(?:ship)?|booking|ticket|statement|document|claim";
const number = String.raw`(?:number|no\b\.?|nr\b\.?|#|id\b|reference|ref\b\.?)`;
const german =
  "(?:handels|schluss|waren)?rechnungs?|kunden?|vertrags?|bestell|auftrags?|beleg|mitglieds?|versicherungs?|policen?|vorgangs?|zähler|lieferschein|schaden";
const labels = [
  String.raw`(?:${subject})\s?${number}`,
  String.raw`(?:${german})(?:\s(?:des \p{L}+))?(?:\s?\(\d+\))?(?:nummer|[\s-]?nr\b\.?|\s#)`,
  String.raw`aktenzeichen|kassenzeichen|(?:ihr|unser) zeichen|versicherungsschein-?(?:nummer|nr\.?)`,
  String.raw`(?:facture|client|contrat|commande|dossier|abonné|police)\s?(?:n[°o]\.?|numéro)`,
  String.raw`(?:n[°o]|numéro)\s(?:de\s)?(?:facture|client|contrat|commande|dossier)`,
  String.raw`(?:factuur|klant|order|polis|contract|lidmaatschaps)(?:nummer|nr\b\.?)`,
  String.raw`(?:your|our|ihre|unsere|votre)\s(?:reference|ref\b\.?|referenz|nummer|référence)|referenz`,
];
const value = String.raw`[\p{L}\d][\p{L}\d./_-]{0,39}`;
const labelled = new RegExp(
  String.raw`(?<!\p{L})(?<label>${labels.join("|")})\s?[:.]{0,2}\s?(?<value>${value})?`,
  "giu",
);
/** "Invoice FA-2017-0008": a heading with its number. */
const heading = new RegExp(
  String.raw`^(?<label>invoice|facture|rechnung|avoir|credit note|factuur|receipt|quittung|bill)\s(?:n°\s?)?(?<value>${value})$`,
  "iu",
);
const isInvoice = /invoice|bill|rechnung|facture|factuur|receipt|quittung|beleg|avoir/iu;
const MAX_REFERENCES = 10;

/** The numbers that stand beside a label, those of the invoice itself first. */
export function findReferences(lines: readonly Line[]): readonly Reference[] {
  const found = new Map<string, Reference>();
  for (const [row, { text }] of lines.entries()) {
    for (const reference of referencesIn(text, lines[row + 1]?.text ?? "")) {
      if (!found.has(reference.value)) found.set(reference.value, reference);
    }
  }
  return [...found.values()]
    .toSorted((a, b) => Number(isInvoice.test(b.label)) - Number(isInvoice.test(a.label)))
    .slice(0, MAX_REFERENCES);
}

function referencesIn(text: string, below: string): Reference[] {
  const matches = [...text.matchAll(labelled), ...text.matchAll(new RegExp(heading, "giu"))];
  return matches.flatMap((match) => {
    const { label = "", value: own } = match.groups ?? {};
    // A label that ends its line may have its number below it.
    const alone = own === undefined && match.index + match[0].length >= text.length;
    const given = trim(own ?? (alone ? below : ""));
    return isNumber(given) ? [{ label: tidy(label), value: given }] : [];
  });
}

const trim = (text: string) => text.trim().replace(/[.,:/_-]{1,3}$/, "");
const tidy = (label: string) => label.trim().replace(/\s*\(\d+\)\s*/, " ");

/** It has a digit, no space, and is no date. */
function isNumber(text: string): boolean {
  return (
    /^[\p{L}\d][\p{L}\d./_-]{1,39}$/u.test(text) &&
    /\d/.test(text) &&
    !/^\d{1,2}[./]\d{1,2}[./]\d{2,4}$/.test(text)
  );
}
