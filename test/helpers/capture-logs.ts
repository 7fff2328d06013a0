import { type Logger, pino } from "pino";

export interface CapturedLogs {
  readonly logger: Logger;
  /** The lines so far, parsed. */
  readonly lines: () => readonly Readonly<Record<string, unknown>>[];
  /** Their events, in order. */
  readonly events: () => readonly unknown[];
}

/** A logger that keeps what it is told. */
export function captureLogs(): CapturedLogs {
  const lines: Readonly<Record<string, unknown>>[] = [];
  const write = (line: string) => void lines.push(JSON.parse(line));
  return {
    logger: pino({ level: "trace" }, { write }),
    lines: () => lines,
    events: () => lines.map(({ event }) => event),
  };
}
