import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** Gives back what memory work took, once nothing happens for a while; disposing ends that. */
export interface Rest extends Disposable {
  /** Something happens: this isn't the time. */
  readonly stir: () => void;
}

/**
 * V8 takes ever more room while there is much to do, so as to collect seldom. Here what is new gets no more than it
 * has at the start, and the rest at most as much again as is in use: that is two thirds of the memory under load, for
 * about the same time.
 */
const frugal = ["--semi-space-growth-factor=1", "--heap-growing-percent=100"];

/**
 * V8 collects when it needs room. Whoever works no more needs none, and would hold for ever what its start, or its
 * last document, left behind. `quiet` is in milliseconds, from now or the last stir on.
 */
export function openRest(quiet = 10_000): Rest {
  for (const flag of frugal) setFlagsFromString(flag);
  const timer = setTimeout(collect, quiet).unref();
  return {
    stir: () => void timer.refresh(),
    [Symbol.dispose]: () => clearTimeout(timer),
  };
}

/** After a full collection V8 looks by itself, some seconds later, for what it can give back to the system. */
function collect(): void {
  // Node has no other way to it once it runs.
  setFlagsFromString("--expose-gc");
  (runInNewContext("gc") as () => void)();
}
