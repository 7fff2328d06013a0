import { readFileSync, readSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { init, type WrappedPdfiumModule } from "@embedpdf/pdfium";
import { firstPages, type Pieces, unlocked } from "./copy.ts";

/** An open PDF; it must be closed, for its memory is the library's own. */
export interface OpenPdf extends Disposable {
  readonly pages: number;
  readonly encrypted: boolean;
  /** Whether it took a password to open it. */
  readonly locked: boolean;
  /** The characters of a page's text layer (from 0), line ends as they come. */
  readonly text: (page: number) => string;
  /** The size of a page (from 0) in points, rounded. */
  readonly size: (page: number) => { readonly width: number; readonly height: number };
  /** An entry of its information dictionary; empty where there is none. */
  readonly entry: (name: string) => string;
  /** A PDF of its first pages that nothing is encrypted in; null if it can't be made. */
  readonly copy: (pages: number) => Pieces | null;
}

/** What PDFium says when it can't open a document (fpdfview.h, FPDF_ERR_*). */
const ERROR_PASSWORD = 4;
/** More of one page is no text that anybody reads; a hostile page could hold hundreds of megabytes. */
const MAX_CHARACTERS_PER_PAGE = 200_000;

/** Starts PDFium, once per process. */
export async function startPdfium(): Promise<WrappedPdfiumModule> {
  const wasm = readFileSync(fileURLToPath(import.meta.resolve("@embedpdf/pdfium/pdfium.wasm")));
  const pdfium = await init({ wasmBinary: new Uint8Array(wasm).buffer });
  pdfium.PDFiumExt_Init();
  return pdfium;
}

/**
 * Opens the PDF behind a file descriptor, with the first of the passwords that fits if it needs one; reads only
 * what it needs. Null if it can't be opened.
 */
export function openPdf(
  pdfium: WrappedPdfiumModule,
  descriptor: number,
  size: number,
  passwords: readonly string[],
): OpenPdf | "password" | null {
  const stack = new DisposableStack();
  const access = stack.adopt(fileAccess(pdfium, descriptor, size), ({ free }) => free());
  const loaded = load(pdfium, access.pointer, ["", ...passwords]);
  if (typeof loaded !== "object" || loaded === null) {
    stack.dispose();
    return loaded;
  }
  const { document, locked } = loaded;
  stack.defer(() => pdfium.FPDF_CloseDocument(document));
  const pages = pdfium.FPDF_GetPageCount(document);
  return {
    pages,
    locked,
    encrypted: pdfium.FPDF_GetSecurityHandlerRevision(document) !== -1,
    text: (page) => textOf(pdfium, document, page),
    size: (page) => sizeOf(pdfium, document, page),
    entry: (name) => entryOf(pdfium, document, name),
    copy: (first) =>
      first < pages ? firstPages(pdfium, document, first) : unlocked(pdfium, document),
    [Symbol.dispose]: () => stack.dispose(),
  };
}

/** The document, and whether the empty password, which is the first, didn't do. */
function load(pdfium: WrappedPdfiumModule, access: number, passwords: readonly string[]) {
  for (const password of passwords) {
    const document = pdfium.FPDF_LoadCustomDocument(access, password);
    if (document) return { document, locked: password !== "" };
    if (pdfium.FPDF_GetLastError() !== ERROR_PASSWORD) return null;
  }
  return "password";
}

/**
 * An FPDF_FILEACCESS: {length, callback, parameter}, 4 bytes each (fpdfview.h).
 * Through it PDFium reads the file piece by piece; a copy in its memory would cost the file's size.
 */
function fileAccess(pdfium: WrappedPdfiumModule, descriptor: number, size: number) {
  const { wasmExports, addFunction, removeFunction, setValue } = pdfium.pdfium;
  const read = (_parameter: number, position: number, buffer: number, length: number): number => {
    // The view is taken anew each time: growing memory replaces it.
    const target = pdfium.pdfium.HEAPU8.subarray(buffer, buffer + length);
    let done = 0;
    while (done < length) {
      const got = readSync(descriptor, target, done, length - done, (position >>> 0) + done);
      if (got === 0) return 0;
      done += got;
    }
    return 1;
  };
  const callback = addFunction(read, "iiiii");
  const pointer = wasmExports.malloc(12);
  setValue(pointer, size, "i32");
  setValue(pointer + 4, callback, "i32");
  setValue(pointer + 8, 0, "i32");
  return {
    pointer,
    free: () => {
      wasmExports.free(pointer);
      removeFunction(callback);
    },
  };
}

/** Into an FS_SIZEF of two floats (fpdfview.h); what can't be read has no size. */
function sizeOf(pdfium: WrappedPdfiumModule, document: number, index: number) {
  const { wasmExports } = pdfium.pdfium;
  using stack = new DisposableStack();
  const pointer = stack.adopt(wasmExports.malloc(8), (at) => wasmExports.free(at));
  const isRead = pdfium.FPDF_GetPageSizeByIndexF(document, index, pointer);
  const [width = 0, height = 0] = isRead
    ? pdfium.pdfium.HEAPF32.subarray(pointer / 4, pointer / 4 + 2)
    : [];
  return { width: Math.round(width), height: Math.round(height) };
}

function textOf(pdfium: WrappedPdfiumModule, document: number, index: number): string {
  using stack = new DisposableStack();
  const page = pdfium.FPDF_LoadPage(document, index);
  if (!page) return "";
  stack.defer(() => pdfium.FPDF_ClosePage(page));
  const text = pdfium.FPDFText_LoadPage(page);
  if (!text) return "";
  stack.defer(() => pdfium.FPDFText_ClosePage(text));
  const count = Math.min(pdfium.FPDFText_CountChars(text), MAX_CHARACTERS_PER_PAGE);
  if (count <= 0) return "";
  // UTF-16 and a closing zero; a character outside the basic plane takes two units.
  const buffer = pdfium.pdfium.wasmExports.malloc((count * 2 + 1) * 2);
  stack.defer(() => pdfium.pdfium.wasmExports.free(buffer));
  pdfium.FPDFText_GetText(text, 0, count, buffer);
  return pdfium.pdfium.UTF16ToString(buffer);
}

function entryOf(pdfium: WrappedPdfiumModule, document: number, name: string): string {
  const bytes = pdfium.FPDF_GetMetaText(document, name, 0, 0);
  if (bytes <= 2 || bytes > MAX_CHARACTERS_PER_PAGE * 2) return "";
  using stack = new DisposableStack();
  const buffer = pdfium.pdfium.wasmExports.malloc(bytes);
  stack.defer(() => pdfium.pdfium.wasmExports.free(buffer));
  pdfium.FPDF_GetMetaText(document, name, buffer, bytes);
  return pdfium.pdfium.UTF16ToString(buffer);
}
