import { constants } from "node:fs";
import { access, mkdir, rmdir, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { AutodError, isErrno } from "../errors.ts";

/** Throws DISK_FAULT unless a folder is there, or can be made, and can be written to. Makes nothing. */
export async function checkRoom(path: string): Promise<void> {
  const there = await nearest(path);
  try {
    await access(there, constants.W_OK | constants.X_OK);
  } catch (cause) {
    throw unusable(path, there === path ? "can't be written to" : "can't be made", cause);
  }
}

/** Makes a folder and those around it; what it made goes again when `undo` is disposed of. Says whether it made any. */
export async function makeRoom(
  path: string,
  undo: AsyncDisposableStack,
  mode = 0o777,
): Promise<boolean> {
  const first = await mkdir(path, { recursive: true, mode }).catch((cause: unknown) => {
    throw unusable(path, "can't be made", cause);
  });
  if (first === undefined) return false;
  undo.defer(async () => {
    for (let one = path; one.length >= first.length; one = dirname(one)) {
      // somebody may have saved something there meanwhile
      await rmdir(one).catch(() => undefined);
    }
  });
  return true;
}

/** The folder itself, or the nearest around it that exists. */
async function nearest(path: string): Promise<string> {
  try {
    if ((await stat(path)).isDirectory()) return path;
  } catch (error) {
    const isBelow = path !== dirname(path);
    if (isBelow && isErrno(error, "ENOENT", "ENOTDIR")) return await nearest(dirname(path));
    throw unusable(path, "can't be looked at", error);
  }
  throw unusable(path, "is no folder", undefined);
}

function unusable(path: string, what: string, cause: unknown): AutodError {
  const code = cause instanceof Error && "code" in cause ? ` (${String(cause.code)})` : "";
  return new AutodError("DISK_FAULT", `${path} ${what}${code}`, {
    cause,
    hint: "Choose another folder, or see to it that you may write there.",
  });
}
