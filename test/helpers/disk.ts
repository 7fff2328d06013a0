import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { ExecutionContext } from "ava";
import { smallDisk } from "./folder.ts";

const run = promisify(execFile);

/** A disk that is mounted at a folder, and can be taken away and come back with all that is on it. */
export interface Removable {
  readonly mount: () => Promise<void>;
  /** Also while something on it is open. */
  readonly unmount: () => Promise<void>;
}

/** Mounts one; null, and the test says so, where none may be mounted. */
export async function removableDisk(
  t: ExecutionContext,
  folder: string,
): Promise<Removable | null> {
  const disk = await smallDisk(t, 20_000);
  if (disk === null) return null;
  let isMounted = false;
  const mount = async () => {
    await run("mount", ["--bind", disk, folder]);
    isMounted = true;
  };
  const unmount = async () => {
    if (!isMounted) return;
    isMounted = false;
    await run("umount", ["--lazy", folder]);
  };
  await mount();
  return { mount, unmount };
}
