import { escapeText } from "./escape.ts";
import type { Terminal } from "./terminal.ts";

/** What became of each document, a line each. */
export function aboutEach(
  told: readonly { readonly id: string; readonly verdict: string; readonly message: string }[],
  { style }: Pick<Terminal, "style">,
): string[] {
  return told.map(({ id, verdict, message }) =>
    verdict === "refused"
      ? `${id}  ${style("yellow", "refused:")} ${escapeText(message)}`
      : `${id}  ${escapeText(message)}`,
  );
}
