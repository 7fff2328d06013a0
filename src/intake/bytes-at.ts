import { isErrno } from "../errors.ts";
import { fingerprintAt } from "../fingerprint.ts";

/** The SHA-256 of the file at a path, in hex; null where there is none. */
export async function bytesAt(path: string): Promise<string | null> {
  try {
    return (await fingerprintAt(path)).sha256;
  } catch (error) {
    if (isErrno(error, "ENOENT", "ENOTDIR")) return null;
    throw error;
  }
}
