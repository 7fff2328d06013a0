import { rmdir } from "node:fs/promises";
import { dirname, sep } from "node:path";
import type { Folder } from "../document.ts";
import { isRefusal } from "../filing/trouble.ts";

/** Removes the folders that a file leaves empty in the archive, but never the archive; what must stay stays. */
export async function removeEmptied(from: string, { archive }: Folder): Promise<void> {
  try {
    for (let below = dirname(from); below.startsWith(archive + sep); below = dirname(below)) {
      await rmdir(below);
    }
  } catch (error) {
    if (!isRefusal(error)) throw error;
  }
}
