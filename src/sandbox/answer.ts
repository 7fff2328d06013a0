import type { Ask } from "./ask.ts";
import { fillSchema } from "./fill.ts";
import type { Paper } from "./papers.ts";
import { readDocument } from "./reading/reading.ts";

/** What is answered to a request: what its papers say, in the form that it asks for. */
export function answerFor(ask: Ask, papers: readonly Paper[]): string {
  const pages = papers.length > 0 ? papers.flatMap(legible) : textOf(ask);
  const reading = readDocument(pages);
  const format = ask.text?.format;
  if (format?.type === "json_schema") {
    return JSON.stringify(fillSchema(format.schema, reading, pages.join("\n")));
  }
  return format?.type === "json_object" ? JSON.stringify(reading) : reading.summary;
}

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
