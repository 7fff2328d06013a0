import { unseen } from "../unseen.ts";
import { isPlain } from "./width.ts";

/**
 * Makes text that came from a file name or a model safe to print: characters that a terminal would obey, or
 * that can't be seen, are shown as their code ("\x1b", "\u{202e}").
 */
export function escapeText(text: string): string {
  if (isPlain(text)) return text;
  return text.replace(unseen, (character) => {
    const code = character.codePointAt(0) ?? 0;
    if (character === "\n") return "\\n";
    if (character === "\t") return "\\t";
    const hex = code.toString(16);
    return code < 256 ? `\\x${hex.padStart(2, "0")}` : `\\u{${hex}}`;
  });
}
