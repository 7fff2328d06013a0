import { createCipheriv } from "node:crypto";
import { copyFile, mkdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import Pdf from "pdfkit";
import { invoiceText } from "../test/helpers/pdf.ts";

/** PDFs in a folder, to be given away in copies. */
export interface Papers {
  readonly folder: string;
  readonly names: readonly string[];
  /** Copies all of them beside a folder; what it gives moves these in, one after the other. */
  readonly prepare: (inbox: string) => Promise<() => Promise<void>>;
}

/**
 * Makes so many PDFs of 30 to 300 KB, the same each time, and others `from` another number: a page of text, and behind it what a scanner would
 * have sent, which can't be compressed.
 */
export async function makePapers(
  folder: string,
  { count, from = 0 }: { readonly count: number; readonly from?: number },
): Promise<Papers> {
  await mkdir(folder, { recursive: true });
  const names = Array.from({ length: count }, (_, at) => `scan${from + at}.pdf`);
  for (const [at, name] of names.entries()) {
    const bytes = 30_000 + ((at * 7_919) % 270_001);
    await writeFile(join(folder, name), await paper(from + at, bytes));
  }
  const prepare = async (inbox: string) => {
    const beside = `${inbox}.${from}`;
    await mkdir(beside);
    for (const name of names) await copyFile(join(folder, name), join(beside, name));
    return async () => {
      for (const name of names) await rename(join(beside, name), join(inbox, name));
      await rm(beside, { recursive: true });
    };
  };
  return { folder, names, prepare };
}

async function paper(number: number, bytes: number): Promise<Buffer> {
  const page = new Pdf({ size: "A4", info: { CreationDate: new Date("2026-01-01T00:00:00Z") } });
  const written = buffer(page);
  page.fontSize(11).text(invoiceText(`RE-${number}`));
  const scan = page.ref({ Type: "XObject", Subtype: "Image", ...image(bytes) });
  scan.end(noise(number, bytes));
  page.end();
  return await written;
}

/** A picture in grey of so many pixels; it isn't drawn, and only takes up its space. */
const image = (bytes: number) => ({
  Width: 1_000,
  Height: Math.ceil(bytes / 1_000),
  ColorSpace: "DeviceGray",
  BitsPerComponent: 8,
});

/** Bytes without any order, the same each time. */
function noise(number: number, bytes: number): Buffer {
  const key = Buffer.alloc(16, `paper ${number} `);
  return createCipheriv("aes-128-ctr", key, Buffer.alloc(16)).update(Buffer.alloc(bytes));
}
