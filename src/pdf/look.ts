import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import type { WrappedPdfiumModule } from "@embedpdf/pdfium";
import { type OpenPdf, openPdf } from "./pdfium.ts";

/** What is in a PDF, as far as it matters before it is sent. */
export interface Inspection {
  readonly pages: number;
  readonly encrypted: boolean;
  /** Pages that have a text layer. */
  readonly textPages: number;
  /** Characters in all text layers. */
  readonly characters: number;
}

/** Why a PDF can't be read at all. */
export type Fault = "FILE_EMPTY" | "NOT_A_PDF" | "PDF_DAMAGED" | "PDF_PASSWORD";

/** The header may come after some junk (ISO 32000-1, annex H, note 13: within the first 1,024 bytes). */
const HEADER_WITHIN = 1024;
/** Pages looked at; the text of all others is reckoned from these. */
const MAX_PAGES = 2_000;
/** Fewer characters than this on a page are a stamp or a page number, not a text layer. */
const TEXT_LAYER_FROM = 16;

/** Counts the pages of the PDF at `path`, and looks for a text layer on each. */
export function inspectPdf(pdfium: WrappedPdfiumModule, path: string): Inspection | Fault {
  return withPdf(pdfium, path, (pdf) => {
    const looked = Math.min(pdf.pages, MAX_PAGES);
    let textPages = 0;
    let characters = 0;
    for (let page = 0; page < looked; page += 1) {
      const length = pdf.text(page).trim().length;
      if (length >= TEXT_LAYER_FROM) textPages += 1;
      characters += length;
    }
    const whole = (part: number) => Math.round((part * pdf.pages) / looked);
    return {
      pages: pdf.pages,
      encrypted: pdf.encrypted,
      textPages: whole(textPages),
      characters: whole(characters),
    };
  });
}

/** The text layer of each page of the PDF at `path`. */
export function textOfPdf(pdfium: WrappedPdfiumModule, path: string): readonly string[] | Fault {
  return withPdf(pdfium, path, (pdf) =>
    Array.from({ length: Math.min(pdf.pages, MAX_PAGES) }, (_, page) => pdf.text(page)),
  );
}

/** What the PDF at `path` says of itself under "Transcript"; empty where it says nothing. */
export function transcriptOfPdf(pdfium: WrappedPdfiumModule, path: string): [string] | Fault {
  // In a list, for a string alone is a fault.
  return withPdf(pdfium, path, (pdf) => [pdf.entry("Transcript")]);
}

function withPdf<Result>(
  pdfium: WrappedPdfiumModule,
  path: string,
  use: (pdf: OpenPdf) => Result,
): Result | Fault {
  const descriptor = openSync(
    path,
    constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK,
  );
  try {
    const { size } = fstatSync(descriptor);
    if (size === 0) return "FILE_EMPTY";
    if (!hasHeader(descriptor)) return "NOT_A_PDF";
    const pdf = openPdf(pdfium, descriptor, size);
    if (pdf === "password") return "PDF_PASSWORD";
    if (pdf === null) return "PDF_DAMAGED";
    using open = pdf;
    return open.pages > 0 ? use(open) : "PDF_DAMAGED";
  } finally {
    closeSync(descriptor);
  }
}

function hasHeader(descriptor: number): boolean {
  const head = Buffer.alloc(HEADER_WITHIN + 4);
  const length = readSync(descriptor, head, 0, head.length, 0);
  return head.subarray(0, length).includes("%PDF-");
}
