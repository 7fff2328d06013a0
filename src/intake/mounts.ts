import { lstatSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { AutodError } from "../errors.ts";
import { readIfAny, replaceFile } from "../store/durable.ts";
import { traitsOf } from "./settle.ts";

/** The file in a dataDir that holds where the disks of roots were mounted; people may edit it. */
export const mountsIn = (dataDir: string): string => join(dataDir, "roots.json");

/** Where the disks of roots were mounted, as it is remembered. */
export interface Mounts {
  /**
   * The mount point of each root, by the root's path, as it was when the root was last well. Throws STORE_DAMAGED.
   *
   * What a person changes in the file counts at once.
   */
  readonly all: () => Promise<ReadonlyMap<string, string>>;
  /** Adds a root's mount point, or changes it. Only who holds the dataDir may. */
  readonly remember: (root: string, mount: string) => Promise<void>;
}

export function openMounts(dataDir: string): Mounts {
  const file = mountsIn(dataDir);
  /** What was read last, and what the file was like before. */
  let last: { readonly traits: string | null; readonly known: ReadonlyMap<string, string> } | null =
    null;
  let writing = Promise.resolve();

  const all = async () => {
    // At once: among autod's own files that is quicker than to wait for it.
    const stats = lstatSync(file, { bigint: true, throwIfNoEntry: false });
    const now = stats ? traitsOf(stats) : null;
    if (last?.traits === now) return last.known;
    const known = await readMounts(file);
    last = { traits: now, known };
    return known;
  };

  const add = async (root: string, mount: string) => {
    const known = new Map(await all()).set(root, mount);
    const sorted = [...known].toSorted(([one], [other]) => one.localeCompare(other));
    const text = JSON.stringify(Object.fromEntries(sorted), null, 2);
    await replaceFile(file, `${text}\n`);
  };

  return {
    all,
    remember(root, mount) {
      // One after the other: each writes all of them.
      const written = writing.then(() => add(root, mount));
      writing = written.catch(() => undefined);
      return written;
    },
  };
}

async function readMounts(file: string): Promise<ReadonlyMap<string, string>> {
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
