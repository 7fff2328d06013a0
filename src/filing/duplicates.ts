import { lstat, unlink } from "node:fs/promises";
import { dirname } from "node:path";
import { AutodError } from "../errors.ts";
import { pieces, pieceSize } from "../fingerprint.ts";
import { isSameEntry } from "./arrived.ts";
import type { Filing } from "./filing.ts";
import { syncFolder } from "../sync.ts";
import { moveFile } from "./move.ts";
import { ownName } from "./name.ts";
import { isSame, isUnchanged, leadsTo, openIfThere, openRegular, type Regular } from "./regular.ts";
import { isRefusal, trouble } from "./trouble.ts";

/** A document that arrived again. */
export interface Duplicate extends Filing {
  /** The name it arrived with. */
  readonly name: string;
  /** Where the document stands that has the same bytes; null if that isn't known. */
  readonly original: string | null;
  /** `delete` compares every byte first, and moves what isn't equal. */
  readonly mode: "move" | "delete";
  /** The folders below the root that it goes to; `_duplicates` unless named. */
  readonly folders?: readonly string[] | undefined;
}

/** Sets a duplicate aside and says where; null if it was deleted. Errors as `moveFile`. */
export async function setAside(duplicate: Duplicate): Promise<{ readonly movedTo: string | null }> {
  const { original, mode, name, folders = ["_duplicates"], ...filing } = duplicate;
  if (original !== null) {
    if (await isItself(filing.from, original)) throw new TypeError(`${original} is the original`);
    if (mode === "delete" && (await removeIfEqual(filing, original))) return { movedTo: null };
  }
  return { movedTo: await moveFile({ ...filing, folders, name: ownName(name) }) };
}

async function isItself(from: string, original: string): Promise<boolean> {
  const [arrival, kept] = await Promise.all(
    [from, original].map((path) => lstat(path, { bigint: true }).catch(() => undefined)),
  );
  if (arrival === undefined || kept === undefined || !isSame(arrival, kept)) return false;
  return await isSameEntry(from, original);
}

async function removeIfEqual({ from, root }: Filing, original: string): Promise<boolean> {
  try {
    await using arrival = await openIfThere(from);
    if (arrival === null || !(await isKept(arrival, original))) return false;
    if (!(await leadsTo(from, arrival.stats))) return false;
    await unlink(from);
    await syncFolder(dirname(from)).catch(() => undefined);
    return true;
  } catch (error) {
    throw await trouble(error, { from, root });
  }
}

/** Whether the original is a file besides this one, durable, and equal to the last byte. */
async function isKept(arrival: Regular, original: string): Promise<boolean> {
  try {
    await using kept = await openRegular(original);
    if (isSame(arrival.stats, kept.stats) && kept.stats.nlink < 2n) return false;
    if (arrival.stats.size !== kept.stats.size || !(await isEqual(arrival, kept))) return false;
    await kept.handle.sync();
    const atRest = (await isUnchanged(arrival)) && (await isUnchanged(kept));
    return atRest && (await leadsTo(original, kept.stats));
  } catch (error) {
    // An original that can't be read to its end is no reason to remove anything.
    if (error instanceof AutodError || isRefusal(error)) return false;
    throw error;
  }
}

async function isEqual(arrival: Regular, kept: Regular): Promise<boolean> {
  const other = Buffer.allocUnsafe(pieceSize);
  let position = 0;
  for await (const piece of pieces(arrival.handle)) {
    const { bytesRead } = await kept.handle.read(other, 0, piece.length, position);
    if (!piece.equals(other.subarray(0, bytesRead))) return false;
    position += bytesRead;
  }
  return BigInt(position) === kept.stats.size;
}
