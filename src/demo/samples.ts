import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  bankStatement,
  electricityBill,
  garageInvoice,
  hardwareReceipt,
  insuranceCertificate,
  joinersInvoice,
  laboratoryReport,
  type Letter,
  libraryLetter,
  payslip,
  tenancyAgreement,
} from "./letters.ts";
import { drawScan, type Scanned } from "./scan.ts";
import { drawSheet } from "./sheet.ts";

/** A PDF that was made to try autod on. */
export interface Sample {
  /** Its file's name, as unhelpful as a scanner's. */
  readonly name: string;
  readonly path: string;
}

/** Lays a sheet on the glass: gives a picture of it, and what stands there. */
export type Scan = (sheet: Uint8Array) => Promise<Scanned>;

/**
 * Writes a dozen sample PDFs into `folder`, which is made where it is missing; the bytes are the same each time.
 * Told to stop, it draws no further one: gives those that are there.
 */
export async function makeSamples(
  folder: string,
  scan: Scan,
  signal?: AbortSignal,
): Promise<readonly Sample[]> {
  await mkdir(folder, { recursive: true });
  const samples: Sample[] = [];
  for (const [name, make] of Object.entries(papers)) {
    if (signal?.aborted) break;
    const path = join(folder, name);
    await writeFile(path, await make(scan));
    samples.push({ name, path });
  }
  return samples;
}

type Make = (scan: Scan) => Promise<Uint8Array>;

/** All samples were scanned on this day, so that their bytes are the same each time. */
const scanned = new Date("2026-03-02T09:30:00Z");

const printed =
  (letter: Letter): Make =>
  () =>
    drawSheet(letter, scanned);

/** As from a scanner that knows no letters. */
const pictured =
  (letter: Letter): Make =>
  async (scan) =>
    drawScan(await scan(await drawSheet(letter, scanned)), scanned);

const locked =
  (letter: Letter): Make =>
  () =>
    drawSheet(letter, scanned, { password: "correct horse" });

/** As by a download that broke off. */
const broken =
  (letter: Letter): Make =>
  async () => {
    const whole = await drawSheet(letter, scanned);
    return whole.subarray(0, whole.length / 2);
  };

const papers: Readonly<Record<string, Make>> = {
  "scan0001.pdf": printed(garageInvoice),
  "scan0002.pdf": printed(joinersInvoice),
  "doc (3).pdf": printed(bankStatement),
  "IMG_2044.pdf": pictured(hardwareReceipt),
  "scan0003.pdf": printed(libraryLetter),
  "20260212.pdf": printed(tenancyAgreement),
  "file (1).pdf": printed(insuranceCertificate),
  "MFP-0231.pdf": printed(laboratoryReport),
  "scan0004.pdf": printed(electricityBill),
  "scan0005.pdf": printed(electricityBill),
  "noname.pdf": locked(payslip),
  "file.pdf": broken(insuranceCertificate),
};
