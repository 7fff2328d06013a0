/** Characters that a terminal would obey, or that can't be seen. */
export const unseen = /[[\p{C}\p{Zl}\p{Zp}\p{DI}]--\ufe0f]/gv;

/** JSON that means the same to every program, safe to print ("\u009b"); only its lines stay. */
export function escapeJson(json: string): string {
  const codeOf = (unit: string) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
  return json.replace(unseen, (character) =>
    character === "\n" ? character : character.split("").map(codeOf).join(""),
  );
}
