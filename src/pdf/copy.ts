import type { WrappedPdfiumModule } from "@embedpdf/pdfium";

/** A PDF, in the pieces that it was written in: whole, it would be in memory once more. */
export type Pieces = readonly Uint8Array[];

/** A PDF of the first pages of an open document, and of nothing that only others need. Null if it can't be made. */
export function firstPages(
  pdfium: WrappedPdfiumModule,
  document: number,
  count: number,
): Pieces | null {
  using stack = new DisposableStack();
  const copy = stack.adopt(pdfium.FPDF_CreateNewDocument(), pdfium.FPDF_CloseDocument);
  return pdfium.FPDF_ImportPages(copy, document, `1-${count}`, 0) ? unlocked(pdfium, copy) : null;
}

/** FPDF_REMOVE_SECURITY (fpdf_save.h) */
const REMOVE_SECURITY = 3;

/** The whole of an open document, as a PDF that nothing is encrypted in. Null if it can't be made. */
export function unlocked(pdfium: WrappedPdfiumModule, document: number): Pieces | null {
  using stack = new DisposableStack();
  const { pointer, pieces } = stack.adopt(fileWriter(pdfium), ({ free }) => free());
  return pdfium.FPDF_SaveAsCopy(document, pointer, REMOVE_SECURITY) ? pieces : null;
}

/**
 * An FPDF_FILEWRITE: {version, callback}, 4 bytes each (fpdf_save.h).
 * Through it PDFium gives the file piece by piece; written in its own memory it would cost its size there too.
 */
function fileWriter(pdfium: WrappedPdfiumModule) {
  const { wasmExports, addFunction, removeFunction, setValue } = pdfium.pdfium;
  const pieces: Uint8Array[] = [];
  const write = (_writer: number, data: number, length: number): number => {
    // The view is taken anew each time: growing memory replaces it.
    pieces.push(pdfium.pdfium.HEAPU8.slice(data, data + length));
    return 1;
  };
  const callback = addFunction(write, "iiii");
  const pointer = wasmExports.malloc(8);
  setValue(pointer, 1, "i32");
  setValue(pointer + 4, callback, "i32");
  return {
    pointer,
    pieces,
    free: () => {
      wasmExports.free(pointer);
      removeFunction(callback);
    },
  };
}
