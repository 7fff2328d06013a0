/**
 * A text without case, accents and signs: what different spellings of it have in common ("RE 2026/17" is
 * "re-2026-17"). Of one that is nothing but signs, the text itself.
 */
export function lettersOf(text: string): string {
  // Most texts are plain, and all of them are looked at when autod starts.
  const letters = isPlain(text)
    ? text.replace(/[^A-Za-z0-9]+/g, "")
    : text.normalize("NFKD").replace(/[^\p{L}\p{N}]+/gu, "");
  return (letters || text).toLowerCase();
}

const isPlain = (text: string): boolean => /^[ -~]*$/.test(text);
