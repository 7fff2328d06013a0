import { open } from "node:fs/promises";
import { isErrno } from "./errors.ts";

/** Makes what was linked, made or removed in a folder durable. */
export async function syncFolder(path: string): Promise<void> {
  await using folder = await open(path, "r");
  try {
    await folder.sync();
  } catch (error) {
    // Some network file systems have no such thing for folders: there each change is durable when it returns.
    if (!isErrno(error, "EINVAL", "ENOTSUP", "EOPNOTSUPP", "ENOSYS")) throw error;
  }
}
