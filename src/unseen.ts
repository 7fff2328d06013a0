/** Characters that a terminal would obey, or that can't be seen. */
export const unseen = /[[\p{C}\p{Zl}\p{Zp}\p{DI}]--\ufe0f]/gv;

/** Text in which each of these stands as its code ("\x1b", "\u{202e}"), so that it is safe to show. */
export const showUnseen = (text: string): string =>
  text.replace(unseen, (character) => {
    const code = character.codePointAt(0) ?? 0;
    if (character === "\n") return "\\n";
    if (character === "\t") return "\\t";
    const hex = code.toString(16);
    return code < 256 ? `\\x${hex.padStart(2, "0")}` : `\\u{${hex}}`;
  });

/** JSON that means the same to every program, safe to print ("\u009b"); only its lines stay. */
export function escapeJson(json: string): string {
  const codeOf = (unit: string) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
  return json.replace(unseen, (character) =>
    character === "\n" ? character : character.split("").map(codeOf).join(""),
  );
}
