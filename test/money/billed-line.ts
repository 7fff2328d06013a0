import type { BilledLine } from "../../src/money/log-lines.ts";
import { seededRecord } from "../helpers/seeded-store.ts";

const [call] = seededRecord(0).calls;

/** The line of a call as it stands in a log file, with all that its record has. */
export const billedLine = (seq: number, change: Partial<BilledLine> = {}): BilledLine => ({
  event: "call.billed",
  first: seq === 1,
  ...call!,
  seq,
  folder: "scans",
  responseId: `resp_${seq}`,
  at: new Date(2026, 0, 15, 12, 0, seq).toISOString(),
  costUsd: "0.25",
  id: "3f2a9c01b7de",
  sha256: "3f2a9c01b7de".padEnd(64, "0"),
  ...change,
});
