import { AutodError, type ErrorCode, isErrno } from "../errors.ts";
import type { Failure } from "../store/record.ts";

/** What went wrong, in the words of a record; what we didn't foresee is no document's fault. */
export function failureOf(error: unknown, stage: string): Failure {
  const { code, kind, message, hint } = known(error);
  const recorded =
    kind === "document" || kind === "account" || kind === "disk" ? kind : "transient";
  return { code, message, hint, stage, kind: recorded };
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
