import type { Timings } from "../pipeline/stage.ts";
import type { DocumentRecord, Failure, Parked } from "../store/record.ts";

type Change = Partial<DocumentRecord>;
type WaitingReason = NonNullable<DocumentRecord["waiting"]>["reason"];

/** What changes in a record when its document stands where it belongs. */
export function filedChange(
  { history, source, timings: earlier }: DocumentRecord,
  status: "archived" | "review",
  filedAs: string,
  timings: Timings = earlier,
): Change & { readonly status: "archived" | "review" } {
  const at = new Date().toISOString();
  return {
    status,
    filedAs,
    timings: { ...timings },
    error: null,
    work: null,
    history: [...history, { at, by: "file", before: null, from: source.path, to: filedAs }],
  };
}

/** What changes when a document must wait: parked where it was saved, or (null) left in staging. */
export function waitingChange(
  failure: Failure,
  parked: Parked | null,
  timings: Timings = {},
): (record: DocumentRecord) => Change {
  const since = new Date().toISOString();
  return ({ work }) => ({
    status: "waiting",
    waiting: { reason: waitingReason(failure), retryAt: null, since, parked },
    error: failure,
    timings: { ...timings },
    // An ask whose bill could not be journaled is booked by the next start.
    work: parked && work?.step !== "ask" ? null : work,
  });
}

function waitingReason({ kind, code }: Failure): WaitingReason {
  if (code === "BUDGET_EXHAUSTED") return "budget";
  if (code === "FOLDER_MISSING") return "offline";
  if (kind === "account") return "account";
  return kind === "disk" ? "disk" : "retry";
}
