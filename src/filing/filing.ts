import { createHash } from "node:crypto";
import type { BigIntStats } from "node:fs";
import { type Footing, onlyName } from "./folder.ts";
import type { Companion } from "./land.ts";

/** What every way of filing is told. */
export interface Filing {
  /** The file as it stands now. */
  readonly from: string;
  /** The archive or quarantine that it goes to; it must exist, and is never made. */
  readonly root: string;
  readonly footing?: Footing | undefined;
  /** The document's id: what is on its way is named after it. */
  readonly id: string;
  /** What its bytes hash to, in hex: checked when they are copied, and by it a finished move is recognised. */
  readonly sha256?: string | undefined;
  /** Throws where the file isn't what it should be, by what it is like now. */
  readonly check?: ((stats: BigIntStats) => void) | undefined;
}

/** Where a file goes. */
export interface Move extends Filing {
  /** The folders below the root, made where they are missing. */
  readonly folders?: readonly string[] | undefined;
  /** Its name there, which gets " (2)", " (3)" … if it is taken. */
  readonly name: string;
  readonly companion?: Companion | undefined;
}

/** What files on their way are named after: the same at each try, and another one for each source. */
export function markOf({ id, from }: Pick<Filing, "id" | "from">): string {
  // Duplicates of one document share its id, and may be on their way at the same time.
  return `${onlyName(id)}-${createHash("sha256").update(from).digest("hex").slice(0, 8)}`;
}
