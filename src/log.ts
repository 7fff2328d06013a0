import { type Writable } from "node:stream";
import { type Logger, multistream, pino } from "pino";
import roll from "pino-roll";
import type { Config } from "./config/schema.ts";
import { AutodError } from "./errors.ts";

/** What a log line can be about. */
export type LogEvent =
  | "daemon.started"
  | "daemon.stopped"
  | "folder.watching"
  | "folder.offline"
  | "file.ignored"
  | "document.claimed"
  | "document.duplicate"
  | "document.uploaded"
  | "document.read"
  | "document.archived"
  | "document.review"
  | "document.quarantined"
  | "document.waiting"
  | "document.refiled"
  | "call.billed"
  | "call.unknown"
  | "upload.deleted"
  | "stage.retried";

/** A logger and the file behind it; disposing writes out what is left. */
export interface Log extends AsyncDisposable {
  readonly logger: Logger;
}

/** The base name of the log files; pino-roll adds the date and a number. */
export const LOG_NAME = "autod";

/**
 * Opens the rolling log: one JSON object a line, in files that only their owner can read.
 *
 * Lines are written synchronously, so that none is lost whatever ends the process; a disk that is full
 * makes them wait in memory and never stops the work. `eyes` is shown the same lines.
 */
export async function openLog(settings: Config["logs"], eyes?: Writable): Promise<Log> {
  const file = await roll({
    file: `${settings.dir}/${LOG_NAME}`,
    extension: ".log",
    size: `${Math.max(1, Math.round(settings.size / 1_000))}k`,
    frequency: settings.frequency,
    dateFormat: "yyyy-MM-dd",
    limit: { count: settings.keep, removeOtherLogFiles: true },
    mkdir: true,
    mode: 0o600,
    sync: true,
  });
  // Without a listener a full disk would throw into whoever logs.
  file.on("error", () => undefined);
  const streams = [
    { level: settings.level, stream: file },
    ...(eyes ? [{ level: "info" as const, stream: eyes }] : []),
  ];
  const logger = pino(
    {
      level: settings.level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    multistream(streams),
  );
  return {
    logger,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        file.once("close", () => resolve());
        file.end();
      }),
  };
}

/** The words for an error in a log line: of a foreign one the message only, for it may hold anything. */
export function loggable(error: unknown): { readonly code: string; readonly message: string } {
  if (error instanceof AutodError) return { code: error.code, message: error.message };
  if (error instanceof Error) {
    return { code: "code" in error ? String(error.code) : error.name, message: error.message };
  }
  return { code: "UNKNOWN", message: String(error) };
}
