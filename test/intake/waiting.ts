import { errorCodes, type ErrorCode } from "../../src/errors.ts";
import type { DocumentRecord, Failure } from "../../src/store/record.ts";
import { seededRecord } from "../helpers/seeded-store.ts";

type Waiting = NonNullable<DocumentRecord["waiting"]>;

export const failed = (code: ErrorCode, message = `what was said of ${code}`): Failure => {
  const { kind, hint } = errorCodes[code];
  return { code, message, hint, stage: "extract", kind: kind as Failure["kind"] };
};

/** A record of a document that waits. */
export function waitingRecord(
  number: number,
  code: ErrorCode,
  waiting: Partial<Waiting> = {},
  change: Partial<DocumentRecord> = {},
): DocumentRecord {
  const since = new Date(Date.UTC(2026, 0, 1, 12, number)).toISOString();
  return seededRecord(number, {
    status: "waiting",
    waiting: { reason: "account", retryAt: null, since, parked: null, ...waiting },
    error: failed(code),
    extraction: null,
    filedAs: null,
    ...change,
  });
}
