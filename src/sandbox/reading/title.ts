import { amountsIn } from "./amounts.ts";
import type { Line } from "./lines.ts";
import type { Reference } from "./references.ts";

const subject = /^(?:subject|re|betreff|betrifft|objet|onderwerp)\s*:\s*(?<title>\P{Cc}{3,80})$/iu;
const word =
  "invoice|receipt|bill|statement|contract|certificate|agreement|report|reminder|rechnung|quittung|auszug|vertrag|bescheid|mahnung|angebot|facture|avoir|relevé|contrat|factuur|overzicht";
const heading = new RegExp(word, "iu");
/** "Handelsrechnung (380) Nr. 4711": a heading with its number behind it. */
const numbered = new RegExp(
  String.raw`^(?<title>\p{L}*(?:${word}))\s*(?:\(\d+\)\s*)?(?:#|(?:nr|no|n°|number)\b\.?)`,
  "iu",
);
/** Its date doesn't belong to the title. */
const dated = /\s(?:vom|von|du|of|dated|issued at|van)\s\S*\d.*$/iu;
/** Labels and sentences that hold such a word are no heading. */
const label =
  /^\P{L}|[:©#]|\(c\)|date|datum|empfänger|nummer|\bno\b\.?|\bnr\b|number|bitte|please|thank|dear|\.$/iu;
const HEAD = 30;
const MAX_TITLE = 60;

/** What a person would call the document: its subject line, its heading, or its kind; "" if nothing says. */
export function titleOf(
  lines: readonly Line[],
  references: readonly Reference[],
  kind: string | undefined,
): string {
  const head = lines.slice(0, HEAD).map(({ text }) => text);
  const stated = head.map((text) => subject.exec(text)?.groups?.title).find(Boolean);
  if (stated) return cut(stated);
  const found = head.map(headingIn).find(Boolean) ?? head.map(numberedIn).find(Boolean) ?? kind;
  if (!found) return "";
  const title = capitalized(found);
  const number = references[0]?.value;
  // "Invoice" alone names nothing.
  return number && !/\s/.test(title) ? cut(`${title} ${number}`) : cut(title);
}

function headingIn(text: string): string | null {
  const rest = text.replace(dated, "");
  const isOne = rest.length <= MAX_TITLE && heading.test(rest) && !label.test(rest);
  return isOne && amountsIn(rest).length === 0 ? rest : null;
}

function numberedIn(text: string): string | undefined {
  return numbered.exec(text)?.groups?.title;
}

function cut(text: string): string {
  return Array.from(text.trim()).slice(0, MAX_TITLE).join("").trim();
}

/** "RECHNUNG" is "Rechnung", and so is "rechnung". */
function capitalized(text: string): string {
  const shouting = text === text.toUpperCase() && !/\d/.test(text);
  return text.charAt(0).toUpperCase() + (shouting ? text.slice(1).toLowerCase() : text.slice(1));
}
