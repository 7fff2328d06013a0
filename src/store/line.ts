import { crc32 } from "node:zlib";
import type { DocumentRecord } from "./record.ts";

/** What one line of the journal says: what a record is now, that one is gone, or which snapshot there is. */
export type Entry =
  | { readonly record: DocumentRecord }
  | { readonly removed: string }
  | { readonly snapshot: Mark };

/** How `documents.json` is told from any other, and up to which line of the journal it holds everything. */
export interface Mark {
  readonly version: number;
  readonly upTo: number;
  readonly bytes: number;
  readonly crc: string;
}

/** A line with its running number. */
export type Numbered = Entry & { readonly n: number };

/** A line of the journal: JSON, with a checksum of all that stands before it. */
export function lineOf(n: number, entry: Entry): string {
  const text = JSON.stringify({ n, ...entry }).slice(0, -1);
  return `${text}${LABEL}${checksum(text)}${END}\n`;
}

/** What a line says that came from `lineOf`, without its line feed; null for any other. */
export function readLine(line: Buffer): Numbered | null {
  const length = line.length - LABEL.length - 8 - END.length;
  if (length <= 0 || line.toString("latin1", length, length + LABEL.length) !== LABEL) return null;
  const stated = line.toString("latin1", length + LABEL.length);
  if (stated !== checksum(line.subarray(0, length)) + END) return null;
  return JSON.parse(line.toString("utf8")) as Numbered;
}

const LABEL = ',"crc":"';
const END = '"}';

/**
 * CRC-32 in 8 hex digits, of a whole or, with what came out before, of its next piece: it finds every flipped
 * bit and every torn end, which is what disks do.
 */
export function checksum(piece: string | Uint8Array, before = "0"): string {
  return crc32(piece, Number.parseInt(before, 16)).toString(16).padStart(8, "0");
}
