/** Picks from what a server said the words that may be repeated: few, no markup, no key, no headers. */
export function pick(said: unknown, key: string | null): string {
  const whole = said instanceof Error ? said.message : String(said);
  const open = key ? whole.replaceAll(key, "…") : whole;
  const isPage = markup.test(open);
  const text = hide(isPage ? textOf(open) : open.slice(0, MOST));
  return cut(text, isPage ? PAGE : TEXT);
}

/** Sentences with the API's own words end here; they may be of any length. */
const TEXT = 300;
const PAGE = 100;
/** Of this much of them the words are picked. */
const MOST = 10_000;

const markup = /^\s*<|<(?:!doctype|html|head|body)\b/i;

function textOf(page: string): string {
  const text = page
    .slice(0, MOST)
    .replace(/<!--.*?(?:-->|$)/gs, " ")
    .replace(/<(script|style)\b.*?(?:<\/\1\s*>|$)/gis, " ")
    .replace(/<[^>]*(?:>|$)/g, " ")
    .replace(/\s+/g, " ")
    .trim();
  return text || "a page without words";
}

const hide = (text: string): string =>
  text
    .replace(/\b(authorization|(?:set-)?cookie|x-api-key)\b["']?\s*[:=].*/gi, "$1: …")
    .replace(/\b(bearer)\s+[^\s"']+/gi, "$1 …")
    .replace(/\bsk-[\w*-]+/g, "…");

const cut = (text: string, most: number): string =>
  text.length > most ? `${text.slice(0, most)} …` : text;

/** A name on one line, in quotes. */
export const tidy = (name: string): string =>
  JSON.stringify(name.replace(/[\p{C}\p{Zl}\p{Zp}\s]+/gu, " "));

/** Names one after the other, in quotes. */
export const listed = (names: readonly string[]): string => names.map(tidy).join(", ");
