import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { init } from "@embedpdf/pdfium";

/** Reads the text of each page of a PDF with PDFium. */
export async function startPdfReader(): Promise<(pdf: Uint8Array) => Promise<string[]>> {
  const wasm = await readFile(fileURLToPath(import.meta.resolve("@embedpdf/pdfium/pdfium.wasm")));
  const library = await init({ wasmBinary: new Uint8Array(wasm).buffer });
  library.PDFiumExt_Init();
  const { wasmExports, HEAPU8, UTF16ToString } = library.pdfium;

  const textOf = (document: number, index: number): string => {
    const page = library.FPDF_LoadPage(document, index);
    const text = library.FPDFText_LoadPage(page);
    const count = library.FPDFText_CountChars(text);
    const buffer = wasmExports.malloc((count + 1) * 2);
    library.FPDFText_GetText(text, 0, count, buffer);
    const read = UTF16ToString(buffer);
    wasmExports.free(buffer);
    library.FPDFText_ClosePage(text);
    library.FPDF_ClosePage(page);
    return read;
  };

  return async (pdf) => {
    const memory = wasmExports.malloc(pdf.length);
    HEAPU8.set(pdf, memory);
    const document = library.FPDF_LoadMemDocument(memory, pdf.length, "");
    if (!document) throw new Error("the PDF can't be opened");
    const pages = Array.from({ length: library.FPDF_GetPageCount(document) }, (_, index) =>
      textOf(document, index),
    );
    library.FPDF_CloseDocument(document);
    wasmExports.free(memory);
    return pages;
  };
}
