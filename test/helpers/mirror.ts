import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { ExecutionContext } from "ava";
import type { Home } from "./home.ts";
import { arranged } from "./odd-files.ts";

/** An inbox that is seen through FUSE, as a share is: what comes behind it is there, and nobody is told. */
export interface Mirrored extends AsyncDisposable {
  /** The folder behind it. */
  readonly behind: string;
}

/** Mounts a folder over a home's inbox; null, and the test says so, where that can't be. */
export async function mirrored(t: ExecutionContext, home: Home): Promise<Mirrored | null> {
  const behind = join(home.folder, "behind");
  await mkdir(behind);
  const mount = await arranged(t, ["bindfs", behind, home.inbox], ["umount", "-l", home.inbox]);
  return mount && { ...mount, behind };
}
