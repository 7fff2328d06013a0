import { showUnseen } from "../unseen.ts";
import { isPlain } from "./width.ts";

/**
 * Makes text that came from a file name or a model safe to print: characters that a terminal would obey, or
 * that can't be seen, are shown as their code ("\x1b", "\u{202e}").
 */
export const escapeText = (text: string): string => (isPlain(text) ? text : showUnseen(text));
