import { readFile } from "node:fs/promises";
import { AutodError, isErrno } from "../errors.ts";
import { backUp } from "./backup.ts";
import { setAside } from "./corrupt.ts";
import { replaceFile } from "./durable.ts";
import { type Forgotten, forgottenFile } from "./forgotten.ts";
import { lineOf } from "./line.ts";
import { migrations, upToDate } from "./migrate.ts";
import { placesIn } from "./places.ts";
import { type DocumentRecord, type Snapshot, VERSION } from "./record.ts";
import { check, decode, parse, writeSnapshot } from "./snapshot.ts";
import { readWhole } from "./whole.ts";

/** What a store was put back to, and where what it was before is kept. */
export interface Restored {
  readonly documents: number;
  /** Null where there was nothing. */
  readonly before: readonly string[];
  /** Calls that were booked since, and stay in all totals. */
  readonly callsKept: number;
}

/**
 * Puts a backup in the place of the store in a folder (dataDir); the caller holds its lock.
 *
 * Every record is checked before anything is changed: STORE_DAMAGED, STORE_NEWER, ARGUMENT_INVALID. What the
 * store was is kept, as a backup or, where it is damaged, as it is; and so are the bills that the backup doesn't
 * know, for they were paid. Cut off, it is done again: until then the store is refused.
 */
export async function restore(folder: string, file: string): Promise<Restored> {
  const { documents } = await readBackup(file);
  const { current, before } = await keepCurrent(folder);
  const callsKept = await keepCalls(folder, current, documents);
  const { snapshot, journal } = placesIn(folder);
  const keys = Object.keys(documents);
  await using written = await writeSnapshot(snapshot, keys, (key) => documents[key]);
  const mark = { version: VERSION, upTo: 0, ...written.mark };
  await replaceFile(journal, lineOf(0, { snapshot: mark }));
  await written.put();
  return { documents: keys.length, before, callsKept };
}

async function readBackup(file: string): Promise<Snapshot> {
  const bytes = await readFile(file).catch((cause: unknown) => {
    if (!isErrno(cause, "ENOENT", "EISDIR", "EACCES")) throw cause;
    throw new AutodError("ARGUMENT_INVALID", `${file} is no backup that can be read`, { cause });
  });
  return check(upToDate(parse(decode(bytes, file), file)), file);
}

async function keepCurrent(folder: string) {
  try {
    const whole = await readWhole(folder, migrations);
    const current = Object.values(whole?.data.documents ?? {});
    const records = new Map(current.map((record) => [record.sha256, record]));
    const before = whole ? [await backUp(folder, records, whole.version)] : [];
    return { current, before };
  } catch (error) {
    if (!(error instanceof AutodError)) throw error;
    const { snapshot, journal } = placesIn(folder);
    const before: string[] = [];
    for (const path of [snapshot, journal]) {
      const aside = await setAside(folder, path).catch((cause: unknown) => {
        if (isErrno(cause, "ENOENT")) return null;
        throw cause;
      });
      if (aside !== null) before.push(aside);
    }
    return { current: [], before };
  }
}

/** Keeps the calls that only the store of today knows with those of forgotten documents. */
async function keepCalls(
  folder: string,
  current: readonly DocumentRecord[],
  documents: Snapshot["documents"],
): Promise<number> {
  const file = forgottenFile(folder);
  const forgotten = await file.read();
  const known = new Set(
    [...Object.values(documents), ...forgotten].flatMap(({ calls }) => calls.map(({ seq }) => seq)),
  );
  const forgottenAt = new Date().toISOString();
  const kept = current.flatMap(({ id, sha256, folder: name, profile, calls: all }): Forgotten[] => {
    const calls = all.filter(({ seq }) => !known.has(seq));
    return calls.length === 0 ? [] : [{ id, sha256, folder: name, profile, forgottenAt, calls }];
  });
  if (kept.length > 0) await file.write([...forgotten, ...kept]);
  return kept.flatMap(({ calls }) => calls).length;
}
