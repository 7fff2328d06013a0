import { join } from "node:path";
import type { DestinationStream, Logger, symbols } from "pino";
import type roll from "pino-roll";
import type { Config } from "./config/schema.ts";
import { AutodError } from "./errors.ts";
import { escapeJson } from "./unseen.ts";

/** What a log line can be about. */
export const logEvents = [
  "daemon.started",
  "daemon.stopped",
  "folder.watching",
  "folder.polling",
  "folder.offline",
  "folder.online",
  "rescan.found",
  "file.ignored",
  "document.claimed",
  "document.duplicate",
  "document.uploaded",
  "document.read",
  "document.archived",
  "document.review",
  "document.quarantined",
  "document.waiting",
  "document.refiled",
  "document.undone",
  "document.edited",
  "document.rerun",
  "call.billed",
  "call.unknown",
  "account.blocked",
  "account.ok",
  "upload.deleted",
  "upload.swept",
  "stage.retried",
  "store.compacted",
  "store.backup",
  "budget.exhausted",
  "cost.report",
] as const;

/** Lines that are written at any level: what autod costs is reckoned from them. */
const ofMoney: ReadonlySet<unknown> = new Set(["call.billed", "call.unknown", "cost.report"]);

/** A logger and the file behind it; disposing writes out what is left. */
export interface Log extends AsyncDisposable {
  readonly logger: Logger;
}

/** The base name of the log files; the date and a number follow it. */
export const LOG_NAME = "autod";

/**
 * Opens the rolling log: one JSON object a line, in files that only their owner can read.
 *
 * Lines are written synchronously, so that none is lost whatever ends the process; while the disk is full
 * they wait in memory, and never stop the work. `eyes` is shown each line as it is written.
 */
export async function openLog(
  settings: Config["logs"],
  eyes: (line: string) => void = () => undefined,
): Promise<Log> {
  // Only who logs waits for it to load.
  const [{ pino }, { default: rolling }] = await Promise.all([import("pino"), import("pino-roll")]);
  const file = await rolling({
    file: join(settings.dir, LOG_NAME),
    extension: ".log",
    size: `${Math.max(1, Math.round(settings.size / 1_000))}k`,
    frequency: settings.frequency,
    dateFormat: settings.frequency === "daily" ? "yyyy-MM-dd" : "yyyy-MM-dd-HH",
    limit: { count: settings.keep, removeOtherLogFiles: true },
    mkdir: true,
    mode: 0o600,
    sync: true,
  });
  // Without a listener a full disk would throw into whoever logs.
  file.on("error", () => undefined);
  let closing: Promise<void> | undefined;
  const write = (line: string) => {
    // What comes after the end is dropped, for it must not throw into whoever logs.
    if (!closing) file.write(line);
  };
  const { level } = settings;
  const { info, [level]: least } = pino.levels.values as Record<string, number>;
  const logger = pino(
    {
      level: (least ?? 0) > (info ?? 0) ? "info" : level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    bothOf(pino.symbols.needsMetadataGsym, write, least ?? 0, eyes),
  );
  return { logger, [Symbol.asyncDispose]: () => (closing ??= closed(file)) };
}

type LogFile = Awaited<ReturnType<typeof roll>>;

/** pino tells such a stream the level and the object of the line that it is about to write. */
type Told = DestinationStream & { lastLevel: number; lastObj: { readonly event?: unknown } | null };

function bothOf(
  needsMetadata: typeof symbols.needsMetadataGsym,
  write: (line: string) => void,
  least: number,
  eyes: (line: string) => void,
): DestinationStream {
  const stream: Told & { readonly [symbols.needsMetadataGsym]: true } = {
    [needsMetadata]: true,
    lastLevel: 0,
    lastObj: null,
    write(told) {
      // Names of files are in it, and whoever reads it has a terminal.
      const line = escapeJson(told);
      if (stream.lastLevel >= least || ofMoney.has(stream.lastObj?.event)) write(line);
      eyes(line);
    },
  };
  return stream;
}

function closed(file: LogFile): Promise<void> {
  return new Promise((resolve) => {
    file.once("close", () => resolve());
    // What a full disk still doesn't take is lost, or the end would never come.
    file.on("error", () => file.destroy());
    file.end();
  });
}

/** What a line of the log may say to who reads it again. */
export interface LogLine {
  readonly time: string;
  readonly level?: string;
  readonly msg?: string;
  readonly event?: string;
  readonly folder?: string;
  readonly path?: string;
  readonly id?: string;
  readonly filedAs?: string;
  readonly original?: string;
  readonly possibleDuplicateOf?: string;
  readonly retryAt?: string;
  readonly server?: string;
  readonly profile?: string;
  readonly reason?: string;
  readonly files?: number;
  readonly error?: LoggedError;
  /** A fault of ours, with its stack. */
  readonly err?: LoggedError;
}

export interface LoggedError {
  readonly code?: string;
  readonly message?: string;
}

/** The words for an error in a log line. */
export function loggable(error: unknown): { readonly code: string; readonly message: string } {
  if (error instanceof AutodError) return { code: error.code, message: error.message };
  if (!(error instanceof Error)) return { code: "UNKNOWN", message: String(error) };
  return { code: "code" in error ? String(error.code) : error.name, message: error.message };
}
