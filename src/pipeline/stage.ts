import type { Logger } from "pino";
import type { Passage } from "../gate/gates.ts";

/** What a stage is handed besides the document. */
export interface ProcessingContext {
  readonly log: Logger;
  /** Aborted when autod stops. A stage MAY give up then; its document is carried on at the next start. */
  readonly signal: AbortSignal;
  /** Aborted when the time is up that a stop leaves to what may have been paid for. */
  readonly deadline: AbortSignal;
  /** The document's leave to send requests. */
  readonly passage: Passage;
  /** What is held while the document is in work; it is let go of after the outcome has been recorded. */
  readonly held: AsyncDisposableStack;
  /** A stage SHALL call this before money can be spent: from then on nothing is undone. */
  readonly noReturn: () => void;
  /** A stage SHALL wait for this before it does what only so many documents may do at a time; rejects where autod stops. */
  readonly place: () => Promise<void>;
  /** A stage MAY call this where nothing more is asked of anybody: the next document may begin. */
  readonly giveWay: () => void;
}

/**
 * One step on a document's way.
 *
 * `run` SHALL return only what it learned, SHALL leave nothing behind when it throws, and SHALL be safe to
 * repeat. It MAY return a `Halt`. It is a property and not a method, because only then does the compiler
 * compare what it takes strictly, so that stages in a wrong order don't compile.
 *
 * `undo`: a stage that changes anything outside the process SHALL have one, unless that is deleted however the
 * document ends (an upload is); it SHALL succeed when there is
 * nothing left to undo. It is handed no signal: once begun it must end.
 */
export interface ProcessingStage<In extends object, Learned extends object = object> {
  readonly name: string;
  readonly run: (document: In, context: ProcessingContext) => Promise<Learned | Halt>;
  readonly undo?: (
    document: In & Learned,
    context: Pick<ProcessingContext, "log">,
  ) => Promise<void>;
}

/** An early end that is no failure: the document is the same as `of`. */
export class Halt {
  readonly reason = "duplicate";
  /** The SHA-256 of the original. */
  readonly of: string;

  constructor(of: string) {
    this.of = of;
  }
}

/** Milliseconds that each stage took. */
export type Timings = Readonly<Record<string, number>>;

/** How a document's way through the pipeline ended. */
export type Outcome<First extends object, Last extends object> =
  | { readonly status: "done"; readonly document: Last; readonly timings: Timings }
  | {
      readonly status: "halted";
      readonly halt: Halt;
      readonly document: First & Partial<Last>;
      readonly timings: Timings;
    }
  | {
      readonly status: "failed";
      readonly error: unknown;
      readonly stage: string;
      /** Whether everything before the failing stage was undone; never so once money could be spent. */
      readonly undone: boolean;
      readonly document: First & Partial<Last>;
      readonly timings: Timings;
    }
  | { readonly status: "aborted"; readonly stage: string; readonly timings: Timings };
