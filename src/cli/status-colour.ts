import type { DocumentRecord } from "../store/record.ts";
import type { Terminal } from "./terminal.ts";

/** Colours a word by what a document's status means for its owner. */
export function paintStatus(
  text: string,
  status: DocumentRecord["status"],
  { style }: Pick<Terminal, "style">,
): string {
  const colours = {
    processing: "cyan",
    archived: "green",
    review: "yellow",
    quarantined: "red",
    waiting: "yellow",
    undone: "dim",
  } as const;
  return style(colours[status], text);
}
