import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import type { WrappedPdfiumModule } from "@embedpdf/pdfium";
import type { Pieces } from "./copy.ts";
import { type OpenPdf, openPdf } from "./pdfium.ts";
import { countTokens } from "./tokens.ts";

/** How a PDF is opened, and how much of it is of interest. */
export interface Opening {
  /** What is tried if it needs a password. */
  readonly passwords?: readonly string[];
  /** Only so many of its first pages are sent; null: all. */
  readonly maxPages?: number | null;
}

/** What is in a PDF, as far as it matters before it is sent. */
export interface Inspection {
  /** All of its pages; what follows is about those that are sent. */
  readonly pages: number;
  readonly encrypted: boolean;
  /** Pages that have a text layer. */
  readonly textPages: number;
  /** Characters in all text layers. */
  readonly characters: number;
  /** The same in tokens. */
  readonly tokens: number;
  /** How large the pages are. */
  readonly formats: readonly Format[];
  /** What each page says; of all of them only the beginning. */
  readonly text: readonly string[];
}

/** Pages of one size. */
export interface Format {
  /** Points (1/72 inch), rounded. */
  readonly width: number;
  readonly height: number;
  readonly pages: number;
}

/** Why a PDF can't be read at all. */
export type Fault = "FILE_EMPTY" | "NOT_A_PDF" | "PDF_DAMAGED" | "PDF_PASSWORD";

/** The header may come after some junk (ISO 32000-1, annex H, note 13: within the first 1,024 bytes). */
const HEADER_WITHIN = 1024;
/** Pages looked at; the text of all others is reckoned from these. */
const MAX_PAGES = 2_000;
/** Fewer characters than this on a page are a stamp or a page number, not a text layer. */
const TEXT_LAYER_FROM = 16;

/** Characters that are read, and counted as tokens; how many tokens more there are is reckoned from these. */
const MAX_COUNTED = 4_000_000;
/** Characters of text that are handed on with an inspection. */
const MAX_TOLD = 200_000;
/** Sizes that are told apart; any more are taken for the largest of these. */
const MAX_FORMATS = 100;

/** Counts the pages of the PDF at `path`, and looks for a text layer on each that is sent. */
export function inspectPdf(
  pdfium: WrappedPdfiumModule,
  path: string,
  opening: Opening,
): Inspection | Fault {
  return withPdf(pdfium, path, opening, (pdf, sent) => {
    const looked = Math.min(sent, MAX_PAGES);
    let textPages = 0;
    let characters = 0;
    let [counted, tokens] = [0, 0];
    const told: string[] = [];
    for (let page = 0; page < looked; page += 1) {
      const text = pdf.text(page).trim();
      told.push(text.slice(0, Math.max(0, MAX_TOLD - characters)));
      if (text.length >= TEXT_LAYER_FROM) textPages += 1;
      characters += text.length;
      if (characters > MAX_COUNTED) continue;
      counted = characters;
      tokens += countTokens(text);
    }
    const whole = (part: number) => Math.round((part * sent) / looked);
    return {
      pages: pdf.pages,
      encrypted: pdf.encrypted,
      textPages: whole(textPages),
      characters: whole(characters),
      tokens: counted === 0 ? 0 : whole((tokens * characters) / counted),
      formats: formatsOf(pdf, looked, sent),
      text: told,
    };
  });
}

/** Pages that weren't looked at, and those of too many sizes, are taken for the largest. */
function formatsOf(pdf: OpenPdf, looked: number, sent: number): Format[] {
  const formats = new Map<string, Format>();
  let others = sent - looked;
  for (let page = 0; page < looked; page += 1) {
    const { width, height } = pdf.size(page);
    const key = `${width} ${height}`;
    const pages = (formats.get(key)?.pages ?? 0) + 1;
    if (pages > 1 || formats.size < MAX_FORMATS) formats.set(key, { width, height, pages });
    else others += 1;
  }
  const [largest, ...rest] = [...formats.values()].toSorted((a, b) => areaOf(b) - areaOf(a));
  return largest ? [{ ...largest, pages: largest.pages + others }, ...rest] : [];
}

const areaOf = ({ width, height }: Format): number => width * height;

/** The text layer of each page of the PDF at `path` that is sent; it ends where it is longer than anybody reads. */
export function textOfPdf(
  pdfium: WrappedPdfiumModule,
  path: string,
  opening: Opening,
): readonly string[] | Fault {
  return withPdf(pdfium, path, opening, (pdf, sent) => {
    const texts: string[] = [];
    let left = MAX_COUNTED;
    for (let page = 0; page < Math.min(sent, MAX_PAGES) && left > 0; page += 1) {
      const text = pdf.text(page).slice(0, left);
      texts.push(text);
      left -= text.length;
    }
    return texts;
  });
}

/** A copy of what is sent of the PDF at `path`; no pieces where that is the file as it is. */
export function copyOfPdf(
  pdfium: WrappedPdfiumModule,
  path: string,
  opening: Opening,
): Pieces | Fault {
  return withPdf(pdfium, path, opening, (pdf, sent) =>
    pdf.locked || sent < pdf.pages ? (pdf.copy(sent) ?? "PDF_DAMAGED") : [],
  );
}

/** What the PDF at `path` says of itself under "Transcript"; empty where it says nothing. */
export function transcriptOfPdf(pdfium: WrappedPdfiumModule, path: string): [string] | Fault {
  // In a list, for a string alone is a fault.
  return withPdf(pdfium, path, {}, (pdf) => [pdf.entry("Transcript")]);
}

/** Tokens of a text that goes with a document. */
export function tokensOf(_pdfium: WrappedPdfiumModule, text: string): [number] {
  return [countTokens(text)];
}

function withPdf<Result>(
  pdfium: WrappedPdfiumModule,
  path: string,
  { passwords = [], maxPages = null }: Opening,
  use: (pdf: OpenPdf, sent: number) => Result | Fault,
): Result | Fault {
  const descriptor = openSync(
    path,
    constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK,
  );
  try {
    const { size } = fstatSync(descriptor);
    if (size === 0) return "FILE_EMPTY";
    if (!hasHeader(descriptor)) return "NOT_A_PDF";
    const pdf = openPdf(pdfium, descriptor, size, passwords);
    if (pdf === "password") return "PDF_PASSWORD";
    if (pdf === null) return "PDF_DAMAGED";
    using open = pdf;
    const sent = Math.min(open.pages, maxPages ?? open.pages);
    return sent > 0 ? use(open, sent) : "PDF_DAMAGED";
  } finally {
    closeSync(descriptor);
  }
}

function hasHeader(descriptor: number): boolean {
  const head = Buffer.alloc(HEADER_WITHIN + 4);
  const length = readSync(descriptor, head, 0, head.length, 0);
  return head.subarray(0, length).includes("%PDF-");
}
