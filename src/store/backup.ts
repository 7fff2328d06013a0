import { mkdir, readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { stamp } from "./corrupt.ts";
import { placesIn } from "./places.ts";
import { type DocumentRecord, VERSION } from "./record.ts";
import { writeSnapshot } from "./snapshot.ts";

/** So many backups are kept; those of older versions are kept for ever. */
const KEPT = 14;

/**
 * Writes a snapshot of records into the folder of backups in a dataDir, in slices, and removes the oldest that
 * are too many; gives its path. Those of an older version are written as they are.
 */
export async function backUp(
  folder: string,
  records: ReadonlyMap<string, DocumentRecord>,
  version = VERSION,
): Promise<string> {
  const { backups } = placesIn(folder);
  await mkdir(backups, { recursive: true, mode: 0o700 });
  const path = join(
    backups,
    `documents-${stamp()}${version === VERSION ? "" : `-version-${version}`}.json`,
  );
  await using written = await writeSnapshot(
    path,
    [...records.keys()],
    (key) => records.get(key),
    version,
  );
  await written.put();
  for (const old of (await listBackups(folder)).filter(isDaily).slice(KEPT)) await rm(old);
  return path;
}

/** Whether the newest backup is older than a day, or there is none. */
export async function isBackupDue(folder: string): Promise<boolean> {
  const [newest] = await listBackups(folder);
  return newest === undefined || Date.now() - (await stat(newest)).mtimeMs > DAY;
}

const DAY = 86_400_000;

/** The backups in a dataDir, the newest first. */
export async function listBackups(folder: string): Promise<string[]> {
  const { backups } = placesIn(folder);
  const names = await readdir(backups).catch(() => []);
  return names
    .filter((name) => /^documents-.*\.json$/.test(name))
    .toSorted()
    .toReversed()
    .map((name) => join(backups, name));
}

const isDaily = (path: string): boolean => path.endsWith("Z.json");
