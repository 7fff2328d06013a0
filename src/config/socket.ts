import { createHash } from "node:crypto";
import { join } from "node:path";

/** The most bytes of a path that a socket can have on every system. */
const LONGEST = 100;

/**
 * Where the autod that works with a dataDir listens; null where no path is short enough.
 *
 * In the dataDir; where that path is too long, among what the user runs, under a name made of the dataDir's.
 */
export function socketOf(dataDir: string, runtimeDir: string | undefined): string | null {
  const own = join(dataDir, "autod.sock");
  if (Buffer.byteLength(own) <= LONGEST) return own;
  if (!runtimeDir?.startsWith("/")) return null;
  const name = createHash("sha256").update(dataDir).digest("hex").slice(0, 12);
  const other = join(runtimeDir, `autod-${name}.sock`);
  return Buffer.byteLength(other) <= LONGEST ? other : null;
}
