import { opendir } from "node:fs/promises";
import { join } from "node:path";
import { isErrno } from "../errors.ts";

/** Every file below an inbox, as a path relative to it; hidden folders are not entered, links not followed. */
export async function* listInbox(inbox: string, below = ""): AsyncGenerator<string> {
  let folder;
  try {
    folder = await opendir(join(inbox, below));
  } catch (error) {
    // A sub-folder may go at any time, or be closed to us; what is in it can't be taken now.
    if (below !== "" && isErrno(error, "ENOENT", "ENOTDIR", "EACCES", "EPERM")) return;
    throw error;
  }
  for await (const entry of folder) {
    const relative = join(below, entry.name);
    if (!entry.isDirectory()) yield relative;
    else if (!entry.name.startsWith(".")) yield* listInbox(inbox, relative);
  }
}
