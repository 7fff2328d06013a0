import type { DocumentRecord } from "../store/record.ts";
import { readRecords } from "../store/store.ts";

/** The records as they lie on the disk, for all who look at them; throws each time what keeps them from being read. */
export type Records = () => Promise<readonly DocumentRecord[]>;

/** Reads them when they are asked for first, and once: there may be many. */
export function recordsIn(dataDir: string): Records {
  let reading: Promise<readonly DocumentRecord[]> | undefined;
  return () => (reading ??= readRecords(dataDir));
}
