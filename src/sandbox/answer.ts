import type { Ask } from "./ask.ts";
import { fillSchema } from "./fill.ts";
import type { Paper } from "./papers.ts";
import { readDocument, type Reading } from "./reading/reading.ts";

/** What is answered to a request: what its papers say, in the form that it asks for. */
export function answerFor(ask: Ask, papers: readonly Paper[]): string {
  const pages = papers.length > 0 ? papers.flatMap(legible) : textOf(ask);
  const reading = readDocument(pages);
  const format = ask.text?.format;
  if (format?.type === "json_schema") {
    const known = { ...labelled(reading), ...reading };
    return JSON.stringify(fillSchema(format.schema, known, pages.join("\n")));
  }
  return format?.type === "json_object" ? JSON.stringify(reading) : reading.summary;
}

/** What a profile's own field may ask for: the number beside "Invoice number" by the name `invoiceNumber`. */
const labelled = ({ references }: Reading): Readonly<Record<string, string>> =>
  Object.fromEntries(
    references.map(({ label, value }) => {
      const words = label.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
      const name = words.map((word, at) => (at === 0 ? word : capital(word))).join("");
      return [name, value];
    }),
  );

const capital = (word: string): string => word.slice(0, 1).toUpperCase() + word.slice(1);

/** A model would look at the images; a stand-in has no eyes, and takes a document's own word for them. */
function legible({ pages, transcript }: Paper): readonly string[] {
  return transcript === "" ? pages : [transcript];
}

/** Without a file the document is the last text, its pages marked or not. */
function textOf({ input }: Ask): string[] {
  const last = input.flatMap(({ content }) => content).at(-1);
  const text = last?.type === "input_text" ? last.text : "";
  return text.split(/^--- page \d+ ---$/m).filter((page) => page.trim() !== "");
}
