import { AutodError, isErrno } from "../errors.ts";

/** Turns what reading a file of ours threw into an error of ours: it says nothing about the API. */
export function unread(error: unknown): AutodError {
  if (error instanceof AutodError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  const message = `the document can't be read: ${reason}`;
  if (isErrno(error, "ENOENT")) return new AutodError("FILE_MISSING", message, { cause: error });
  const isDisk = isErrno(error, "EACCES", "EPERM", "EIO", "ESTALE");
  return new AutodError(isDisk ? "DISK_FAULT" : "INTERNAL", message, { cause: error });
}
