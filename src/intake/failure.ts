import { AutodError, type ErrorCode, isErrno } from "../errors.ts";
import type { Failure } from "../store/record.ts";

/** What went wrong, in the words of a record; what we didn't foresee is no document's fault. */
export function failureOf(error: unknown, stage: string): Failure {
  const { code, kind, message, hint } = known(error);
  const recorded =
    kind === "document" || kind === "account" || kind === "disk" ? kind : "transient";
  return { code, message, hint, stage, kind: recorded };
}

/** When trouble is over by itself, by what the error says (ISO 8601, UTC); null where it says nothing. */
export function overAt(error: unknown): string | null {
  const wait = error instanceof AutodError ? error.retryAfter : undefined;
  return wait === undefined ? null : new Date(Date.now() + wait).toISOString();
}

function known(error: unknown): AutodError {
  if (error instanceof AutodError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new AutodError(codeFor(error), message, { cause: error });
}

function codeFor(error: unknown): ErrorCode {
  if (isErrno(error, "ENOSPC", "EDQUOT")) return "DISK_FULL";
  if (isErrno(error, "EIO", "EROFS", "EACCES", "EPERM", "EMFILE", "ENFILE")) return "DISK_FAULT";
  return isErrno(error, "ENOENT") ? "FILE_MISSING" : "INTERNAL";
}
