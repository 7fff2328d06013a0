import type { Found, Line } from "./lines.ts";
import { companyIn, institutionIn, isName } from "./names.ts";

/** Who wrote to whom. */
export interface Parties {
  readonly issuer: Found | null;
  readonly recipient: string | null;
}

const sender =
  /^(?:verkäufer|lieferant|rechnungssteller|absender|seller|vendor|supplier|sold by|service provider|from|vendeur|fournisseur|verkoper|leverancier)\s*:?$/iu;
const addressee =
  /^(?:an|to|attn|bill(?:ed)? to(?: address)?|ship to|deliver(?:y)? (?:to|address)|invoice to|customer|client|käufer(?:\/leistungsempfänger)?|kunde|rechnungsempfänger|empfänger|rechnung an|warenempfänger|adresse de (?:livraison|facturation)|facturé à|factuuradres|aan)\s*:?$/iu;
const inline =
  /^(?i:bill(?:ed)? to|to|an|customer|account holder|kunde|client)\s*:\s*(?<name>\p{Lu}.{2,60})$/u;
const salutation = /^(?:Herrn?|Frau|Mr|Mrs|Ms|Dr|M|Mme|Dhr|Mevr)\.?\s+\p{Lu}/u;
/** Lines in a block that are no name. */
const detail = /^(?:nummer|globale nummer|gln|lief|anschrift|attn|no\.?|id)\b/iu;
const street = /\d/;
const town =
  /(?<!\d)(?:\d{4,5}(?:-\d{4})?(?:\s\p{Lu}{2})?\s+\p{Lu}|\p{L}[\p{L} ]+,?\s\p{Lu}{2}\s\d{5}|\p{Lu}{1,2}\d{1,2}\p{Lu}?\s\d\p{Lu}{2})/u;
/** A return address in one line, over the window of an envelope. */
const windowLine = /[·●•|–-].*\d{4,5}\s/u;
const TOP = 15;
/** As long is an addressee's block. */
const BLOCK = 6;

/** Tells issuer and addressee apart by labels and by where they stand. */
export function findParties(lines: readonly Line[]): Parties {
  const blocks = lines.flatMap(({ text }, row) => (addressee.test(text) ? [row] : []));
  const toSomebody = (row: number) => blocks.some((at) => row > at && row <= at + BLOCK);
  const free = lines.filter((_, row) => !toSomebody(row));
  const issuer =
    labelled(lines) ??
    first(
      free.filter(({ text }) => windowLine.test(text)),
      companyIn,
    ) ??
    first(free.slice(0, TOP), companyIn) ??
    first(free.slice(0, TOP), (text) => (isHeading(text) ? null : institutionIn(text))) ??
    first(free, companyIn) ??
    first(free.slice(0, 3), (text) => (isName(text) && !isHeading(text) ? text : null));
  return { issuer, recipient: recipientIn(lines, blocks, issuer?.value) };
}

/** The name under "Seller:" or its like. */
function labelled(lines: readonly Line[]): Found | null {
  const at = lines.findIndex(({ text }) => sender.test(text));
  return at === -1 ? null : first(lines.slice(at + 1, at + BLOCK), nameIn);
}

function nameIn(text: string): string | null {
  if (detail.test(text)) return null;
  const company = companyIn(text) ?? institutionIn(text);
  const plain = text.replace(/^name\s*:\s*/iu, "");
  return company ?? (isName(plain) ? plain : null);
}

function recipientIn(
  lines: readonly Line[],
  blocks: readonly number[],
  issuer: string | undefined,
): string | null {
  const other = (text: string) =>
    issuer !== undefined && text.includes(issuer) ? null : nameIn(text);
  for (const at of blocks) {
    const name = first(lines.slice(at + 1, at + BLOCK), other);
    if (name) return name.value;
  }
  const stated = first(lines, (text) => inline.exec(text)?.groups?.name ?? null);
  if (stated) return stated.value;
  // Before "Dr. Doe", who may have signed it, the name over a street and a town.
  const at = lines.findIndex(
    ({ text }, row) =>
      other(text) !== null &&
      street.test(lines[row + 1]?.text ?? "") &&
      town.test(lines[row + 2]?.text ?? ""),
  );
  if (at !== -1) return other(lines[at]?.text ?? "");
  const titled = first(lines, (text) => (salutation.test(text) && isName(text) ? text : null));
  return titled?.value ?? null;
}

function first(lines: readonly Line[], nameOf: (text: string) => string | null): Found | null {
  for (const { page, text } of lines) {
    const value = nameOf(text);
    if (value) return { value: value.replace(/\s+/gu, " "), page, quote: value };
  }
  return null;
}

function isHeading(text: string): boolean {
  return /invoice|receipt|statement|rechnung|quittung|facture|factuur|kopie|page|seite|description|certificate|report/iu.test(
    text,
  );
}
