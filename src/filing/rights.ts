import type { BigIntStats, Stats } from "node:fs";
import type { FileHandle } from "node:fs/promises";

/**
 * Gives a file or folder the rights of its root (as far as `mask` lets them, and at least `least`) and its group.
 *
 * Not every owner may, and not every file system knows rights: a document filed with others is
 * still filed, so nothing here is an error. `before` is what is known of it already.
 */
export async function shareRights(
  handle: FileHandle,
  root: Stats,
  mask: number,
  least: number,
  before?: BigIntStats,
): Promise<void> {
  try {
    const { gid, mode: first } = before ?? (await handle.stat());
    let mode = Number(first);
    if (Number(gid) !== root.gid) {
      await handle.chown(-1, root.gid).catch(() => undefined);
      // Another group may take rights away.
      ({ mode } = await handle.stat());
    }
    const wanted = (root.mode & mask) | least;
    if ((mode & 0o777) === wanted) return;
    // The set-group-ID bit that a new folder inherits stays, unless a hardened service may not set it.
    const inherited = mode & 0o2000;
    await handle.chmod(wanted | inherited).catch(() => handle.chmod(wanted));
  } catch {}
}
