/** What stands at the end of a company's name. */
const form =
  /(?<![\p{L}.])(?:(?:g?GmbH|GMBH|mbH|AG|KG|KGaA|OHG|UG|SE)(?: ?& ?Co\.?(?: ?KG(?:aA)?| ?OHG)?)?|Ltd\.?|Limited|LLP|PLC|plc|Inc\.?|LLC|Corp\.?|Corporation|Company|SARL|SAS|SA|EURL|SCI|BV|NV|e\. ?V\.|e\. ?G\.|a\. ?G\.|eG|B\. ?V\.|N\. ?V\.|S\. ?A\.(?: ?R\. ?L\.)?|SDN\.? BHD\.?|Sdn\.? Bhd\.?)(?![\p{L}])/u;
/** What names an institution without saying its form. */
const institution =
  /(?<!\p{L})(?:\p{Lu}\p{L}*)?(?:stadtwerke|Stadtwerke|sparkasse|Sparkasse|bank|Bank|versicherung|Versicherung|Finanzamt|Energy|Electric|Insurance|Council|University|Universität|Hospital|Clinic|Verein|Trading|Services|Stores|Airlines|Utilities)(?!\p{L})/u;
const connector = /^(?:&|\+|und|and|of|de|du|des|la|le|les|et|für|van|der|den|the)$/iu;
/** "Kunden AG Mitte": a place or branch may follow, if it ends the line. */
const place = /^(?: \p{Lu}[\p{L}-]+){1,2}$/u;
const separator = /\s[-–—|]\s|\s*[·●•|]\s*|\t| {3,}/u;
const label = /^(?:name|firma|company)\s*:\s*/iu;
const MAX_NAME = 80;

/** The company named in a line, with its legal form; null if there is none. */
export function companyIn(line: string): string | null {
  for (const piece of line.split(separator)) {
    const text = piece.trim().replace(label, "");
    const match = form.exec(text);
    if (!match) continue;
    const behind = place.exec(text.slice(match.index + match[0].length))?.[0] ?? "";
    const name = nameBefore(text.slice(0, match.index)) + match[0] + behind;
    if (name.length > match[0].length + 1 && name.length <= MAX_NAME) return name;
  }
  return null;
}

/** The institution that a short line names. */
export function institutionIn(line: string): string | null {
  const piece = line.split(separator)[0]?.trim().replace(label, "") ?? "";
  return institution.test(piece) && isName(piece) ? piece : null;
}

/** Whether a line could be nothing but a name: few words, no digits, no sentence. */
export function isName(text: string): boolean {
  return (
    text.length <= 60 &&
    /^\p{Lu}/u.test(text) &&
    !/[\d:;?!@=]|\.$|,/u.test(text.replace(form, "")) &&
    text.split(/\s+/).length <= 6
  );
}

/** The words before the form that belong to the name: it begins where a sentence's small letters end. */
function nameBefore(text: string): string {
  const words = text.split(" ");
  let start = words.length;
  while (start > 0 && words.length - start < 8) {
    const word = words[start - 1] ?? "";
    if (word !== "" && !connector.test(word) && !/^["'(]?[\p{Lu}\d]/u.test(word)) break;
    if (/[:;]$/.test(word)) break;
    start -= 1;
  }
  // "Au bon moulin SARL" is a name too, as it fills the line from its beginning.
  if (words.slice(start).join("") === "" && words.length <= 6 && /^\p{Lu}/u.test(text)) start = 0;
  while (start < words.length && /^(?:und|and|of|et|the|der|den|le|la)$/u.test(words[start] ?? ""))
    start += 1;
  return words.slice(start).join(" ");
}
