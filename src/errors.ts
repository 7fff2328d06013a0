/**
 * What kind of trouble an error is; it decides what happens to the document.
 *
 * `document`: only this document is at fault; it goes to quarantine.
 * `transient`: it passes by itself; the document waits.
 * `account`: key, quota, model; everything in that scope waits.
 * `disk`: nothing can be stored; everything waits.
 * The other four concern no document: `config` (exit 78), `locked` (75), `usage` (2), `service` (1).
 */
export type ErrorKind =
  | "document"
  | "transient"
  | "account"
  | "disk"
  | "config"
  | "locked"
  | "usage"
  | "service";

interface Meaning {
  readonly kind: ErrorKind;
  /** What a person can do about it. */
  readonly hint: string;
  /** What trouble with the account keeps from working: all that a server reads, or one profile. */
  readonly scope?: "server" | "profile";
}

/** Every code autod raises, with its kind and its hint. */
export const errorCodes = {
  // what is wrong with a document
  FILE_EMPTY: {
    kind: "document",
    hint: "The file has no content; save or scan the document again.",
  },
  NOT_A_PDF: {
    kind: "document",
    hint: "Only PDFs are read; print or export the document as PDF and save it again.",
  },
  PDF_DAMAGED: {
    kind: "document",
    hint: "The PDF can't be opened; scan or download it again.",
  },
  PDF_PASSWORD: {
    kind: "document",
    hint: "Save a copy without it; or set passwords in the profile, then autod retry ID.",
  },
  PDF_TOO_HARD: {
    kind: "document",
    hint: "Looking at the PDF took too much time or memory; print it to PDF anew and save that.",
  },
  TEXT_MISSING: {
    kind: "document",
    hint: "Scan it with text recognition (OCR), or give its folder a profile with input: file; then autod retry ID.",
  },
  FILE_TOO_LARGE: {
    kind: "document",
    hint: "Make the PDF smaller; or raise limits.maxBytes (the API takes files up to 50 MB), then autod retry ID.",
  },
  TOO_MANY_PAGES: {
    kind: "document",
    hint: "Split the PDF; or raise limits.maxPages, then autod retry ID.",
  },
  OVER_BUDGET: {
    kind: "document",
    hint: "Raise the cap that the message names, or lower maxOutputTokens in the profile, then autod retry ID.",
  },
  REJECTED: {
    kind: "document",
    hint: "What was read was given up by hand; autod retry ID has it read once more, and that is paid for.",
  },
  ANSWER_REFUSED: {
    kind: "document",
    hint: "The model refused to read it; it is asked again only if you want it: autod retry ID.",
  },
  ANSWER_INCOMPLETE: {
    kind: "document",
    hint: "The answer was cut off; raise maxOutputTokens in the profile, then autod retry ID.",
  },
  ANSWER_FILTERED: {
    kind: "document",
    hint: "The provider's content filter stopped the answer; file this document by hand.",
  },
  ANSWER_INVALID: {
    kind: "document",
    hint: "The model's answer wasn't what was asked for, twice; set another model in the profile, or try this one again with autod retry ID.",
  },
  ANSWER_FAILED: {
    kind: "document",
    hint: "The API could not answer for this document; try it again later with autod retry ID.",
  },
  REQUEST_REJECTED: {
    kind: "document",
    hint: "Mend what the API's message names, then autod retry ID; or file this document by hand.",
  },

  // what passes by itself
  API_UNREACHABLE: {
    kind: "transient",
    hint: "Check the network connection and the server's baseUrl; the document waits and is tried again.",
  },
  TIER_BUSY: {
    kind: "transient",
    hint: "Nothing is free at half price just now, and nothing was charged; it is tried again. serviceTier: default in the profile reads at once.",
  },
  API_BUSY: {
    kind: "transient",
    hint: "The API is busy or limits the rate; the document waits and is tried again.",
  },
  API_FAULT: {
    kind: "transient",
    hint: "The API had a fault of its own; the document waits and is tried again.",
  },
  API_ANSWER_LOST: {
    kind: "transient",
    hint: "The connection broke before the answer came; the call is booked as possibly billed and the document is asked about again.",
  },
  ANSWER_PENDING: {
    kind: "transient",
    hint: "The model takes longer than the server's timeout; its answer is looked for again later, and not asked for anew.",
  },
  UPLOAD_GONE: {
    kind: "transient",
    hint: "The API no longer has the upload; the document is uploaded anew.",
  },
  FILE_MISSING: {
    kind: "transient",
    hint: "The file went away while it was worked on; save it again if it is still wanted.",
  },
  FILE_CHANGED: {
    kind: "transient",
    hint: "The file changed while it was worked on; it is looked at again once it is at rest.",
  },

  INTERNAL: {
    kind: "transient",
    hint: "This is a fault in autod, not in the document; please report it with the log line.",
  },

  // what concerns the account
  KEY_REJECTED: {
    kind: "account",
    scope: "server",
    hint: "The API key is wrong or revoked; put a valid one where the configuration says, and start autod run again.",
  },
  ACCESS_DENIED: {
    kind: "account",
    scope: "server",
    hint: "The key's project may not do this; check its permissions and region with the provider.",
  },
  QUOTA_EXHAUSTED: {
    kind: "account",
    scope: "server",
    hint: "The account has no credit or has reached its spending limit; raise it with the provider.",
  },
  MODEL_UNAVAILABLE: {
    kind: "account",
    scope: "profile",
    hint: "The model doesn't exist (any more) or isn't open to this key; set another one in the profile, and start autod run again.",
  },
  ENDPOINT_MISSING: {
    kind: "account",
    scope: "server",
    hint: "There is no such API at baseUrl; check the address (OpenAI's ends in /v1), or set input: inline or text where a server takes no files.",
  },
  PARAMETER_REJECTED: {
    kind: "account",
    scope: "profile",
    hint: "The API doesn't take a setting of this profile; change the one that its message names, and start autod run again.",
  },
  PROFILE_FAILING: {
    kind: "account",
    scope: "profile",
    hint: "Three documents in a row were refused for the same reason, so it is hardly theirs; check the settings of the profile, and start autod run again.",
  },
  PRICE_UNKNOWN: {
    kind: "account",
    scope: "profile",
    hint: "Nothing is sent without a known price; add the model to prices in the configuration, and start autod run again.",
  },
  BUDGET_EXHAUSTED: {
    kind: "account",
    hint: "The budget is used up; the document waits until the day or month turns, or until the cap is raised.",
  },

  // what concerns this machine
  DISK_FULL: { kind: "disk", hint: "Make room on the disk; work goes on by itself." },
  DISK_FAULT: {
    kind: "disk",
    hint: "The system didn't let autod read or write there; check the rights of the folder, and the disk.",
  },
  FOLDER_MISSING: {
    kind: "disk",
    hint: "Make the folder, or mount the disk that it lies on; nothing is made there by itself.",
  },
  FOLDER_HELD: {
    kind: "disk",
    hint: "Another autod works in this inbox; stop it, or wait 15 minutes after it has gone.",
  },
  STORE_DAMAGED: {
    kind: "config",
    hint: "Nothing was changed; autod store restore FILE puts a backup in its place. They lie in dataDir, in backups.",
  },
  STORE_NEWER: {
    kind: "config",
    hint: "The store was written by a newer autod; install that one again.",
  },
  STORE_LOCKED: {
    kind: "locked",
    hint: "Another autod works with this dataDir; stop it first, or give this one a dataDir of its own.",
  },
  SERVICE_REFUSED: {
    kind: "service",
    hint: "Mend what the service manager says, then run the same again.",
  },

  // what is wrong with what a person told us
  CONFIG_INVALID: {
    kind: "config",
    hint: "Mend what is named; autod config check looks again, and autod config schema has every setting.",
  },
  CONFIG_MISSING: {
    kind: "config",
    hint: "autod init writes one, after a few questions; --config FILE names one that stands elsewhere.",
  },
  KEY_MISSING: {
    kind: "config",
    hint: "Put the key into one of these; a file must be readable by you alone (chmod 600).",
  },
  KEY_EXPOSED: {
    kind: "config",
    hint: "Let nobody else read the file with the API key: chmod 600, and its path.",
  },
  PLATFORM_UNSUPPORTED: {
    kind: "usage",
    hint: "Run it on Linux or macOS, and on a Node that is new enough.",
  },
  UNKNOWN_DOCUMENT: {
    kind: "usage",
    hint: "autod list and autod search show the documents; any unique start of an id of 6 characters or more will do.",
  },
  ARGUMENT_INVALID: { kind: "usage", hint: "autod help COMMAND shows what it takes." },
  DAEMON_GONE: {
    kind: "disk",
    hint: "What was begun is finished by the next autod run; autod show ID and autod status say how far it came.",
  },
} as const satisfies Record<string, Meaning>;

export type ErrorCode = keyof typeof errorCodes;

/** What the raiser of an error knows besides its code. */
interface Circumstances {
  readonly cause?: unknown;
  /** Instead of the code's own, where the raiser knows better. */
  readonly hint?: string;
  /** Milliseconds that the server asked to be left alone for. */
  readonly retryAfter?: number | undefined;
  /** What the server said of trying again at once. */
  readonly retryable?: boolean | undefined;
  /** What the server called it: its status and its own code. */
  readonly apiCode?: string | undefined;
}

/** An error that autod raises: a stable code, a sentence that names the thing, and what can be done. */
export class AutodError extends Error {
  readonly code: ErrorCode;
  readonly kind: ErrorKind;
  readonly hint: string;
  readonly retryAfter: number | undefined;
  readonly retryable: boolean | undefined;
  readonly apiCode: string | undefined;

  constructor(code: ErrorCode, message: string, known: Circumstances = {}) {
    super(message, "cause" in known ? { cause: known.cause } : {});
    this.name = "AutodError";
    this.code = code;
    this.kind = errorCodes[code].kind;
    this.hint = known.hint ?? errorCodes[code].hint;
    this.retryAfter = known.retryAfter;
    this.retryable = known.retryable;
    this.apiCode = known.apiCode;
  }
}

/** What trouble with the account keeps from working; undefined where it is no such trouble. */
export const scopeOf = (code: ErrorCode): "server" | "profile" | undefined =>
  (errorCodes[code] as Meaning).scope;

/** What an error says: of one by the system the words, without its code, the call and the path. */
export function reasonIn(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // "EACCES: permission denied, open '/a/file'"
  return ("syscall" in error && /^\w+: ([^,]+),/.exec(error.message)?.[1]) || error.message;
}

/** Whether a system call failed with one of these codes ("ENOENT", …). */
export function isErrno(error: unknown, ...codes: string[]): error is NodeJS.ErrnoException {
  return error instanceof Error && "code" in error && codes.includes(String(error.code));
}

/** Any error as one of ours: what the system refused to do with a file is no fault of autod, all else is. */
export const errorIn = (error: unknown): AutodError =>
  error instanceof AutodError ? error : (refusalIn(error) ?? faultIn(error));

function refusalIn(error: unknown): AutodError | undefined {
  if (!(error instanceof Error) || !("syscall" in error)) return undefined;
  const isFull = isErrno(error, "ENOSPC", "EDQUOT");
  // Of a file that is open the system says no path.
  if (!("path" in error) && !isFull && !isErrno(error, "EIO", "EROFS")) return undefined;
  const thing = "path" in error ? String(error.path) : "a file";
  return new AutodError(isFull ? "DISK_FULL" : "DISK_FAULT", `${thing}: ${reasonIn(error)}`, {
    cause: error,
  });
}

/** What nobody foresaw, as an error of ours; one of ours, too, where nobody was there to catch it. */
export function faultIn(error: unknown): AutodError {
  const message = error instanceof Error ? error.message : String(error);
  return new AutodError("INTERNAL", `a fault in autod: ${message}`, {
    cause: error,
    hint: "Please report it, with what the command prints when --debug stands behind it, or with the log's last line.",
  });
}
