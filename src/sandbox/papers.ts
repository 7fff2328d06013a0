import { ApiError, invalidValue } from "./api-error.ts";
import type { Ask, Part } from "./ask.ts";
import type { Files } from "./files.ts";
import { isSince56 } from "./models.ts";

/** A document that the model is to look at. */
export interface Paper {
  /** The PDF. */
  readonly content: Uint8Array;
  /** The text of each page; empty for a page that is only an image. */
  readonly pages: readonly string[];
  /** What its images show, as far as the document says so itself; empty where there is text to read. */
  readonly transcript: string;
  readonly detail: "low" | "high";
}

export interface PaperSource {
  readonly files: Files;
  readonly readText: (pdf: Uint8Array) => Promise<readonly string[]>;
  readonly readTranscript?: (pdf: Uint8Array) => Promise<string>;
}

type FilePart = Extract<Part, { type: "input_file" }>;
type Pdf = { readonly param: string; readonly name: string; readonly content: Uint8Array };

/** For one file, and for all files of a request together. */
const MAX_INPUT_BYTES = 50_000_000;
/** Where the header of a PDF must be. */
const HEADER_WITHIN = 1024;

/** The PDFs of a request, read; throws a 404 for an unknown upload and a 400 for what is no readable PDF. */
export async function papersIn(ask: Ask, source: PaperSource): Promise<Paper[]> {
  const given = ask.input.flatMap(({ content }, message) =>
    content.flatMap((part, index) =>
      part.type === "input_file" ? [{ part, param: `input[${message}].content[${index}]` }] : [],
    ),
  );
  const pdfs = given.map(({ part, param }) => ({ ...fetchPdf(part, param, source.files), part }));
  const bytes = pdfs.reduce((sum, { content }) => sum + content.length, 0);
  if (bytes > MAX_INPUT_BYTES) {
    const message = `The files of this request have ${bytes} bytes; the most is 50 MB.`;
    throw invalidValue(pdfs[0]?.param ?? "input", message);
  }
  return Promise.all(
    pdfs.map(async ({ part, ...pdf }) => ({
      ...(await read(pdf, source)),
      content: pdf.content,
      detail: detailOf(part, ask.model),
    })),
  );
}

function fetchPdf(part: FilePart, param: string, files: Files): Pdf {
  const ways = [part.file_id, part.file_data, part.file_url].filter(
    (way) => typeof way === "string",
  );
  if (ways.length !== 1) {
    throw invalidValue(param, "Give exactly one of 'file_id', 'file_data' and 'file_url'.");
  }
  if (typeof part.file_url === "string") {
    throw invalidValue(`${param}.file_url`, "This stand-in for the API fetches nothing.");
  }
  const pdf =
    typeof part.file_id === "string"
      ? fromUpload(part.file_id, `${param}.file_id`, files)
      : fromData(part, `${param}.file_data`);
  const header = Buffer.from(pdf.content.subarray(0, HEADER_WITHIN + 4));
  if (!/\.pdf$/i.test(pdf.name) || !header.includes("%PDF-")) throw unsupported(pdf.param);
  return pdf;
}

function fromUpload(id: string, param: string, files: Files): Pdf {
  const file = files.find(id);
  if (!file) throw new ApiError(404, `File with id '${id}' not found.`, { param });
  if (file.purpose !== "user_data") {
    const message = `Files of purpose '${file.purpose}' can't be input; it must be 'user_data'.`;
    throw invalidValue(param, message);
  }
  if (file.type !== "application/pdf") throw unsupported(param);
  return { param, name: file.filename, content: file.content };
}

function fromData({ file_data = "", filename = "" }: FilePart, param: string): Pdf {
  const prefix = "data:application/pdf;base64,";
  if (!file_data.startsWith(prefix)) throw unsupported(param);
  return { param, name: filename, content: Buffer.from(file_data.slice(prefix.length), "base64") };
}

async function read({ content, param }: Pdf, { readText, readTranscript }: PaperSource) {
  try {
    const pages = await readText(content);
    const blank = pages.every((text) => text.trim() === "");
    return { pages, transcript: blank ? ((await readTranscript?.(content)) ?? "") : "" };
  } catch {
    throw new ApiError(400, "The file could not be read: it is damaged or encrypted.", { param });
  }
}

function unsupported(param: string): ApiError {
  const message = "The file type you uploaded is not supported. Please try again with a pdf.";
  return new ApiError(400, message, { param });
}

function detailOf({ detail = "auto" }: FilePart, model: string): Paper["detail"] {
  if (detail !== "auto") return detail;
  return isSince56(model) ? "high" : "low";
}
