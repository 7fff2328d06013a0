import { escapeText } from "./escape.ts";
import type { Terminal } from "./terminal.ts";
import { wrap } from "./wrap.ts";

/** What became of each document: its id in a column of its own, the sentence beside it. */
export function aboutEach(
  told: readonly { readonly id: string; readonly verdict: string; readonly message: string }[],
  { style, width }: Pick<Terminal, "style" | "width">,
): string[] {
  return told.flatMap(({ id, verdict, message }) => {
    const refused = verdict === "refused" ? `${style("yellow", "refused:")} ` : "";
    const indent = " ".repeat(id.length + 2);
    const [first = "", ...rest] = wrap(refused + escapeText(message), width, indent);
    return [id + first.slice(id.length), ...rest];
  });
}
