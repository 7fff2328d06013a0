import type { Logger } from "pino";
import type { Config } from "../config/schema.ts";
import type { BookedCall, Books } from "../store/forgotten.ts";
import type { LogEnd } from "./log-lines.ts";
import { newRunning } from "./report.ts";

/** Where every booked call is told: a line in the log for each, and the running totals from time to time. */
export interface Ledger {
  /** The running number of a call that is about to be booked. */
  readonly nextSeq: () => number;
  /** Tells of a call that is durable; `log` knows its folder and path. */
  readonly tell: (call: BookedCall, log: Logger) => void;
  /** Writes the running totals. */
  readonly report: () => void;
}

/**
 * Begins with all that was booked before, and writes the lines again that a death left out. After `often` calls the
 * running totals are written again.
 */
export function openLedger(
  store: Books & { readonly nextSeq: () => number },
  { since, seqs }: LogEnd,
  log: Logger,
  often = OFTEN,
): Ledger {
  const running = newRunning(store.unbilled);
  for (const call of [...store.calls()].toSorted((a, b) => a.seq - b.seq)) {
    const first = running.add(call);
    if (call.seq >= since && !seqs.has(call.seq)) {
      tellCall(call, first, log.child({ folder: call.folder }));
    }
  }
  let told = running.last();

  const report = () => {
    told = running.last();
    log.info({ event: "cost.report", ...running.report() }, "costs so far");
  };

  return {
    report,

    nextSeq() {
      const seq = store.nextSeq();
      running.expect(seq);
      return seq;
    },

    tell(call, documentLog) {
      tellCall(call, running.add(call), documentLog);
      if (running.last() >= told + often) report();
    },
  };
}

const OFTEN = 1_000;

/** Where the log files hold little the running totals come more often, before the lines that they count are gone. */
export const oftenFor = ({ size, keep }: Pick<Config["logs"], "size" | "keep">): number =>
  Math.min(OFTEN, Math.max(1, Math.floor((size * keep) / BYTES_PER_CALL)));

/** What the lines of one document take, and as much again. */
const BYTES_PER_CALL = 10_000;

/** The line that `costs` adds up; the log says of itself which folder it is about. */
function tellCall({ folder: _folder, ...call }: BookedCall, first: boolean, log: Logger): void {
  if (call.outcome === "unknown") {
    log.warn({ event: "call.unknown", first, ...call }, "call possibly billed");
  } else log.info({ event: "call.billed", first, ...call }, "call billed");
}
