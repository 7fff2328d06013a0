import { statfs } from "node:fs/promises";

/**
 * File systems that don't tell of what other machines, or whoever is behind them, change.
 *
 * By the number that Linux gives them; from its include/uapi/linux/magic.h and the headers of each.
 */
const silent: ReadonlyMap<number, string> = new Map([
  [0x6969, "NFS"],
  [0x517b, "SMB"],
  [0xff534d42, "SMB"],
  [0xfe534d42, "SMB"],
  [0x65735546, "FUSE"],
  [0x01021997, "9p"],
  [0x5346414f, "AFS"],
  [0x6b414653, "AFS"],
  [0x73757245, "Coda"],
  [0x564c, "NCP"],
  [0x00c36400, "Ceph"],
  [0x786f4256, "a shared folder of VirtualBox"],
  [0x7c7c6673, "a shared folder of Parallels"],
  [0xbacbacbc, "a shared folder of VMware"],
  [0x01161970, "GFS2"],
  [0x7461636f, "OCFS2"],
  [0x0bd00bd0, "Lustre"],
  [0x47504653, "GPFS"],
  [0x19830326, "BeeGFS"],
]);

/** The name of the file system that a folder lies on, if it is one that doesn't tell of all changes. */
export async function silentDiskOf(path: string): Promise<string | null> {
  // Elsewhere the numbers mean something else.
  if (process.platform !== "linux") return null;
  const { type } = await statfs(path);
  return silent.get(type >>> 0) ?? null;
}
