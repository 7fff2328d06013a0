import { stat, statfs } from "node:fs/promises";
import { dirname } from "node:path";
import type { Config } from "../config/schema.ts";
import { isErrno } from "../errors.ts";
import { type Finding, warning, well } from "../intake/finding.ts";

interface Place {
  readonly name: string;
  readonly path: string;
}

/** Whether there is room on each disk that something is written to; what can't be looked at is passed over. */
export async function checkDisks(config: Config): Promise<readonly Finding[]> {
  const disks = new Map<number, { readonly path: string; readonly names: string[] }>();
  for (const { name, path } of placesOf(config)) {
    const found = await deviceOf(path);
    if (!found) continue;
    const disk = disks.get(found.device) ?? { path: found.path, names: [] };
    if (!disk.names.includes(name)) disk.names.push(name);
    disks.set(found.device, disk);
  }
  const needed = 2 * config.limits.maxBytes;
  return await Promise.all([...disks.values()].map((disk) => checkDisk(disk, needed)));
}

/** What is written to. A folder's roots are spoken of as one. */
const placesOf = ({ dataDir, logs, folders }: Config): readonly Place[] => [
  { name: "dataDir", path: dataDir },
  { name: "logs.dir", path: logs.dir },
  ...folders.flatMap(({ name, inbox, archive, quarantine }) =>
    [inbox, archive, quarantine].map((path) => ({ name: `folder ${name}`, path })),
  ),
];

/** The disk that a path is on, or would be. */
async function deviceOf(path: string): Promise<{ device: number; path: string } | null> {
  try {
    return { device: (await stat(path)).dev, path };
  } catch (error) {
    return isErrno(error, "ENOENT") && path !== "/" ? await deviceOf(dirname(path)) : null;
  }
}

async function checkDisk(
  { path, names }: { readonly path: string; readonly names: readonly string[] },
  needed: number,
): Promise<Finding> {
  const { bavail, blocks, bsize, ffree, files } = await statfs(path);
  const free = bavail * bsize;
  const little = Math.max(needed, Math.min(LITTLE, (blocks * bsize) / 10));
  const users = names.join(", ");
  if (files > 0 && ffree === 0) {
    return warning("disk", `no file can be made any more: ${users}`, "Remove files from the disk.");
  }
  return free < little
    ? warning("disk", `only ${sizeOf(free)} are free: ${users}`, "Make room on the disk.")
    : well("disk", `${sizeOf(free)} free: ${users}`);
}

/** Bytes; of a small disk a tenth is enough. */
const LITTLE = 1_000_000_000;

const sizeOf = (bytes: number): string =>
  bytes < 1e9
    ? `${Math.floor(bytes / 1e6)} MB`
    : `${Math.floor(bytes / 1e9).toLocaleString("en")} GB`;
