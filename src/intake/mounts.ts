import { join } from "node:path";
import { z } from "zod";
import { AutodError } from "../errors.ts";
import { readIfAny, replaceFile } from "../store/durable.ts";

/** The file in a dataDir that holds where the disks of roots were mounted; people may edit it. */
export const mountsIn = (dataDir: string): string => join(dataDir, "roots.json");

/**
 * The mount point of each root, by the root's path, as it was when the root was last well. Throws STORE_DAMAGED.
 *
 * Read anew each time, so that what a person changes in it counts at once.
 */
export async function readMounts(dataDir: string): Promise<ReadonlyMap<string, string>> {
  const file = mountsIn(dataDir);
  const bytes = await readIfAny(file);
  if (bytes === null) return new Map();
  try {
    return new Map(Object.entries(mounts.parse(JSON.parse(bytes.toString()))));
  } catch (cause) {
    const message = `${file} doesn't say any more where the disks of the folders were mounted`;
    throw new AutodError("STORE_DAMAGED", message, {
      cause,
      hint: "Mend it; or see to it that all disks are mounted and move it away: then it is written anew.",
    });
  }
}

const absolute = z.string().startsWith("/");
const mounts = z.record(absolute, absolute);

/** Adds a root's mount point to what is remembered, or changes it. Only who holds the dataDir may. */
export async function rememberMount(dataDir: string, root: string, mount: string): Promise<void> {
  const known = new Map(await readMounts(dataDir)).set(root, mount);
  const sorted = [...known].toSorted(([one], [other]) => one.localeCompare(other));
  const text = JSON.stringify(Object.fromEntries(sorted), null, 2);
  await replaceFile(mountsIn(dataDir), `${text}\n`);
}
