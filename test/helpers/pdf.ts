import { writeFile } from "node:fs/promises";
import PdfDocument from "pdfkit";

export interface PdfContent {
  /** The text of each page. */
  readonly pages: readonly string[];
  readonly password?: string;
  /** For changing it only. */
  readonly ownerPassword?: string;
  /** Decides how it is encrypted: RC4 up to 1.5, AES-128 up to 1.7, AES-256 at "1.7ext3". */
  readonly version?: NonNullable<PDFKit.PDFDocumentOptions["pdfVersion"]>;
}

/** A real PDF; equal contents give equal bytes, unless it has a password. */
export async function pdf({
  pages,
  password,
  ownerPassword,
  version = "1.7",
}: PdfContent): Promise<Buffer> {
  const document = new PdfDocument({
    autoFirstPage: false,
    info: { CreationDate: new Date("2026-01-01T00:00:00Z") },
    ...(password === undefined ? {} : { userPassword: password, pdfVersion: version }),
    ...(ownerPassword === undefined ? {} : { ownerPassword, pdfVersion: version }),
  });
  for (const text of pages) {
    document.addPage();
    if (text) document.fontSize(11).text(text);
  }
  const chunks: Buffer[] = [];
  document.on("data", (chunk: Buffer) => chunks.push(chunk));
  const { promise: ended, resolve } = Promise.withResolvers<void>();
  document.on("end", () => resolve());
  document.end();
  await ended;
  return Buffer.concat(chunks);
}

/** An invoice that the sandbox can read. */
export const invoice = (
  number: string,
  options: { readonly date?: string; readonly password?: string } = {},
): Promise<Buffer> => {
  const { date, ...locked } = options;
  return pdf({ pages: [invoiceText(number, date)], ...locked });
};

/** The text of an invoice that the sandbox can read. */
export const invoiceText = (number: string, date = "2026-01-15"): string =>
  [
    "Nordlicht Energie GmbH",
    "Hafenstrasse 12, 20457 Hamburg",
    "",
    "Jane Doe",
    "Lindenweg 3, 22303 Hamburg",
    "",
    "INVOICE",
    `Invoice number: ${number}`,
    `Invoice date: ${date}`,
    "",
    "Electricity January 2026    80.00 EUR",
    "VAT 19 %    15.20 EUR",
    "Total amount: 95.20 EUR",
  ].join("\n");

/** Writes a file of `bytes` bytes that is a PDF with one page of text; most of it is no content. */
export async function writeLargePdf(path: string, bytes: number): Promise<void> {
  const small = await invoice("LARGE-1");
  const end = small.lastIndexOf("startxref");
  const filler = Buffer.alloc(bytes - small.length, "%filler filler filler filler filler\n");
  await writeFile(path, Buffer.concat([small.subarray(0, end), filler, small.subarray(end)]));
}
