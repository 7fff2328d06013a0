import type { Logger } from "pino";
import type { Arrival, Filed } from "../../document.ts";
import type { Outcome, Timings } from "../../pipeline/stage.ts";
import type { DocumentRecord, Failure } from "../../store/record.ts";
import type { Store } from "../../store/store.ts";
import type { Delay } from "../change.ts";
import type { Waiting } from "../parking.ts";
import type { Roots } from "../roots.ts";

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
  /** Until when it waits, if it is to wait. */
  readonly delay: Delay;
  readonly timings: Timings;
  readonly log: Logger;
}

/** What the endings use. */
export interface Means {
  readonly store: Store;
  readonly roots: Pick<Roots, "at" | "require" | "durable">;
  /** Has what the server still keeps of a document deleted in the background; never fails. */
  readonly clean: (sha256: string) => void;
  /** Told of each document that has to wait. */
  readonly onWaiting: (waiting: Waiting) => void;
}
