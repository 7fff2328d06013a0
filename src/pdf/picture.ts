import type { WrappedPdfiumModule } from "@embedpdf/pdfium";
import { startPdfium } from "./pdfium.ts";

/** A page as a scanner sees it. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  /** Grey, a byte each (0 is black), row by row. */
  readonly pixels: Uint8Array;
}

/** How a page lies on the glass. */
export interface Glass {
  /** Dots per inch. */
  readonly resolution: number;
  /** Degrees by which it is askew. */
  readonly tilt: number;
}

/** A picture of the first page of a PDF that we made ourselves: one of strangers belongs into the inspector's process. */
export async function takePicture(pdf: Uint8Array, glass: Glass): Promise<Picture> {
  const pdfium = await startPdfium();
  const { wasmExports } = pdfium.pdfium;
  using stack = new DisposableStack();
  const memory = stack.adopt(wasmExports.malloc(pdf.length), (at) => wasmExports.free(at));
  // The view is taken anew each time: growing memory replaces it.
  pdfium.pdfium.HEAPU8.set(pdf, memory);
  const document = stack.adopt(
    pdfium.FPDF_LoadMemDocument(memory, pdf.length, ""),
    pdfium.FPDF_CloseDocument,
  );
  const page = stack.adopt(pdfium.FPDF_LoadPage(document, 0), pdfium.FPDF_ClosePage);
  return draw(pdfium, page, glass);
}

/** 72 points are an inch. */
const POINTS = 72;
/** FPDFBitmap_BGRx: four bytes a pixel, the last of them unused. */
const BGRX = 3;
const WHITE = 0xffffffff;
/** FPDF_GRAYSCALE */
const GREY = 8;

function draw(pdfium: WrappedPdfiumModule, page: number, { resolution, tilt }: Glass): Picture {
  const { wasmExports } = pdfium.pdfium;
  using stack = new DisposableStack();
  const scale = resolution / POINTS;
  const width = Math.round(pdfium.FPDF_GetPageWidthF(page) * scale);
  const height = Math.round(pdfium.FPDF_GetPageHeightF(page) * scale);
  const bitmap = stack.adopt(
    pdfium.FPDFBitmap_CreateEx(width, height, BGRX, 0, 0),
    pdfium.FPDFBitmap_Destroy,
  );
  pdfium.FPDFBitmap_FillRect(bitmap, 0, 0, width, height, WHITE);

  // An FS_MATRIX of six floats and an FS_RECTF of four (fpdfview.h).
  const memory = stack.adopt(wasmExports.malloc(40), (at) => wasmExports.free(at));
  const [cos, sin] = [Math.cos((tilt * Math.PI) / 180), Math.sin((tilt * Math.PI) / 180)];
  const [left, top] = [(height * sin) / 2, (-width * sin) / 2];
  const matrix = [scale * cos, scale * sin, -scale * sin, scale * cos, left, top];
  pdfium.pdfium.HEAPF32.set([...matrix, 0, 0, width, height], memory / 4);
  pdfium.FPDF_RenderPageBitmapWithMatrix(bitmap, page, memory, memory + 24, GREY);

  const from = pdfium.FPDFBitmap_GetBuffer(bitmap);
  const drawn = pdfium.pdfium.HEAPU8.subarray(from, from + width * height * 4);
  return {
    width,
    height,
    pixels: Uint8Array.from({ length: width * height }, (_, at) => drawn[at * 4] ?? 0),
  };
}
