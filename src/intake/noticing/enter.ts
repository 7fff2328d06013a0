import { lstat, rmdir } from "node:fs/promises";
import type { Folder } from "../../document.ts";
import { AutodError } from "../../errors.ts";
import { occupy, vacate } from "../occupy.ts";
import { ownFolderOf } from "../own-folder.ts";
import type { Roots } from "../roots.ts";

/** Takes an inbox for this instance, or throws why its folder can't be worked in now. */
export async function enter(
  folder: Folder,
  roots: Pick<Roots, "of" | "require" | "durable">,
  instance: string,
): Promise<void> {
  const { inbox } = folder;
  const away = await roots.of(folder);
  if (away) throw away.error;
  await roots.require(inbox);
  const occupant = await occupy(inbox, instance);
  await roots.require(inbox).catch(async (error: unknown) => {
    // Its disk was unmounted at that moment: what was made in its place goes again.
    await vacate(inbox, instance);
    await rmdir(ownFolderOf(inbox)).catch(() => undefined);
    throw error;
  });
  if (occupant) {
    const { host, refreshedAt } = occupant;
    const message = `another autod on ${host} works in ${inbox} (seen at ${refreshedAt})`;
    throw new AutodError("FOLDER_HELD", message);
  }
}

/** Which folder an inbox is: its device and inode. */
export async function identify({ inbox }: Folder): Promise<string> {
  const { dev, ino } = await lstat(inbox, { bigint: true });
  return `${dev} ${ino}`;
}
