import type { Spot } from "./list.ts";

/** A file in an inbox against which nothing speaks: it can be taken once it is at rest. */
export interface Candidate {
  readonly spot: Spot;
  /** Its path, printable. */
  readonly path: string;
  /** What it was like when it was looked at, and when that was, as `performance.now()`. */
  readonly traits: string;
  readonly since: number;
  /** When it came, by its disk's clock, in milliseconds: copies keep their other times, but not this one. */
  readonly arrived: number;
}
