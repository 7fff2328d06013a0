import type { Logger } from "pino";
import type { Arrival, Filed } from "../../document.ts";
import type { Outcome, Timings } from "../../pipeline/stage.ts";
import type { DocumentRecord, Failure, Parked } from "../../store/record.ts";
import type { Store } from "../../store/store.ts";

/** What became of an arrival. */
export type Fate = "archived" | "review" | "quarantined" | "duplicate" | "waiting" | "aborted";

type Every = Outcome<Arrival, Filed>;
/** How the pipeline ended, by its status. */
export type Ended<Status extends Every["status"]> = Extract<Every, { readonly status: Status }>;

/** A document that could not be finished, and why. */
export interface Setback {
  readonly arrival: Arrival;
  /** Undefined where it has no record of its own. */
  readonly record: DocumentRecord | undefined;
  readonly failure: Failure;
  readonly timings: Timings;
  readonly log: Logger;
}

/** What the endings use. */
export interface Means {
  readonly store: Store;
  /** Deletes the upload of a document, if it has one; never fails. */
  readonly removeUpload: (arrival: Arrival, sha256: string, log: Logger) => Promise<void>;
  /** Told where a file was put back that must not be taken again before its reason is over. */
  readonly onParked: (parked: Parked) => void;
}
