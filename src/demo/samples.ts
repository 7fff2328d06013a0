import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  bankStatement,
  electricityBill,
  hardwareReceipt,
  joinersInvoice,
  libraryLetter,
} from "./letters.ts";
import { drawSheet } from "./sheet.ts";

/** A PDF that was made to try autod on. */
export interface Sample {
  /** Its file's name, as unhelpful as a scanner's. */
  readonly name: string;
  readonly path: string;
  /** What it really is, in a few words. */
  readonly about: string;
}

/** All samples were scanned on this day, so that their bytes are the same each time. */
const scanned = new Date("2026-03-02T09:30:00Z");

/** In the order in which they are saved; the last one has the first one's bytes. */
const papers = [
  { name: "scan0001.pdf", letter: electricityBill, about: "an electricity bill" },
  { name: "scan0002.pdf", letter: joinersInvoice, about: "a joiner's invoice, in German" },
  { name: "IMG_2044.pdf", letter: hardwareReceipt, about: "a receipt" },
  { name: "Document (3).pdf", letter: bankStatement, about: "a bank statement" },
  { name: "scan0003.pdf", letter: libraryLetter, about: "a letter from the library" },
  { name: "scan0004.pdf", letter: electricityBill, about: "the electricity bill, scanned again" },
] as const;

/** Writes the sample PDFs into `folder`, which is made where it is missing; the bytes are the same each time. */
export async function makeSamples(folder: string): Promise<readonly Sample[]> {
  await mkdir(folder, { recursive: true });
  return Promise.all(
    papers.map(async ({ name, letter, about }) => {
      const path = join(folder, name);
      await writeFile(path, await drawSheet(letter, scanned));
      return { name, path, about };
    }),
  );
}
