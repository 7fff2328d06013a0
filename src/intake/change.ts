import type { Timings } from "../pipeline/stage.ts";
import { type DocumentRecord, type Failure, idleWork, type Parked } from "../store/record.ts";

type Change = Partial<DocumentRecord>;
export type WaitingReason = NonNullable<DocumentRecord["waiting"]>["reason"];

/** What changes in a record when its document stands where it belongs. */
export function filedChange(
  record: DocumentRecord,
  status: "archived" | "review",
  filedAs: string,
  timings: Timings = record.timings,
): Change & { readonly status: "archived" | "review" } {
  const at = new Date().toISOString();
  const { history, source } = record;
  return {
    status,
    filedAs,
    timings: { ...timings },
    error: null,
    work: leftOf(record),
    history: [...history, { at, by: "file", before: null, from: source.path, to: filedAs }],
  };
}

/** What is left of the work on a document that has ended: to delete what the server still keeps of it. */
export function leftOf({
  work,
  upload,
}: Pick<DocumentRecord, "work" | "upload">): DocumentRecord["work"] {
  const stored = work?.stored ?? [];
  const isUploaded = upload !== null && upload.deletedAt === null;
  if (!isUploaded && stored.length === 0) return null;
  return { ...idleWork, staged: "", step: "delete", stored };
}

/** How long a document waits: until `retryAt` (Date.now()), or null until its reason is over. */
export interface Delay {
  readonly since: number;
  readonly retryAt: number | null;
}

/** What changes when a document must wait: parked where it was saved, or (null) left in staging. */
export function waitingChange(
  failure: Failure,
  { since, retryAt }: Delay,
  parked: Parked | null,
  timings: Timings = {},
): (record: DocumentRecord) => Change {
  const reason = waitingReason(failure);
  return (record) => ({
    status: "waiting",
    waiting: { reason, retryAt: instant(retryAt), since: instant(since), parked },
    error: failure,
    timings: { ...timings },
    // An ask whose bill could not be journaled is booked by the next start.
    work: parked && record.work?.step !== "ask" ? leftOf(record) : record.work,
  });
}

/** What a document waits for, by what went wrong. */
export function waitingReason({ kind, code }: Failure): WaitingReason {
  if (code === "BUDGET_EXHAUSTED") return "budget";
  if (code === "FOLDER_MISSING") return "offline";
  if (kind === "account") return "account";
  return kind === "disk" ? "disk" : "retry";
}

function instant(time: number): string;
function instant(time: number | null): string | null;
function instant(time: number | null): string | null {
  return time === null ? null : new Date(time).toISOString();
}
