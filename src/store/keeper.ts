import type { Adapter } from "lowdb";
import { isErrno } from "../errors.ts";
import { backUp } from "./backup.ts";
import { setAside } from "./corrupt.ts";
import { removeBeside } from "./durable.ts";
import { type Journal, openJournal } from "./journal.ts";
import { checksum, type Entry } from "./line.ts";
import { migrate, type Migrations, migrations } from "./migrate.ts";
import { placesIn } from "./places.ts";
import { type DocumentRecord, type Snapshot, VERSION } from "./record.ts";
import { check, writeSnapshot } from "./snapshot.ts";
import { openSpare } from "./spare.ts";
import { readWhole, type Whole } from "./whole.ts";

/**
 * Keeps the store as a snapshot, `documents.json`, and a journal of all that changed since: lowdb's adapter.
 *
 * `read` gives both together, null where there is neither, and throws as `readWhole` does. `write` appends
 * the records that were marked since the last one: durable when it resolves; when it rejects, none counts.
 */
export interface Keeper extends Adapter<Snapshot>, AsyncDisposable {
  /** Has the next write take a record as it is then, or that it is gone. */
  readonly mark: (sha256: string) => void;
  /** Every record as it is on the disk. */
  readonly durable: ReadonlyMap<string, DocumentRecord>;
  /** What was found damaged and set aside; null where nothing was. */
  readonly damage: () => string | null;
  /** Resolves where what comes can be stored; throws DISK_FULL or DISK_FAULT. */
  readonly requireRoom: () => Promise<void>;
}

export interface KeeperSettings {
  /** Told how many records and bytes the snapshot has, each time that it was made anew beside the work. */
  readonly onCompacted?: (records: number, bytes: number) => void;
  /** The ways from older versions. */
  readonly ways?: Migrations;
  /** Bytes of a journal that is never thought long. */
  readonly least?: number;
}

export function openKeeper(
  folder: string,
  { onCompacted = () => undefined, ways = migrations, least = 1_000_000 }: KeeperSettings = {},
): Keeper {
  const { snapshot: path, journal: journalPath } = placesIn(folder);
  const durable = new Map<string, DocumentRecord>();
  const marked = new Set<string>();
  const spare = openSpare(folder);
  let damage: string | null = null;
  const nothing = { version: VERSION, upTo: 0, bytes: 0, crc: checksum("") };
  let journal: Journal = openJournal(journalPath, { number: 0, size: 0 }, nothing);
  /** Lines of the journal that the snapshot doesn't have yet. */
  let changes = 0;
  /** Bytes of the snapshot, and of the journal at which it is made anew. */
  let [snapshotSize, limit] = [0, least];
  let compacting: Promise<void> | null = null;

  /** A quarter of the snapshot: so what a change costs in the end is the same however many records there are. */
  const limitFor = (bytes: number) => Math.max(least, bytes / 4);

  const compact = async () => {
    const since = journal.position();
    const before = changes;
    const written = await writeSnapshot(path, [...durable.keys()], (key) => durable.get(key));
    await using _ = written;
    const mark = { version: VERSION, upTo: since.number, ...written.mark };
    // Known before it is there: whichever of the two a crash leaves, it is one that is known.
    await journal.append([{ snapshot: mark }]);
    await written.put();
    await journal.rotate(mark, since);
    changes -= before;
    [snapshotSize, limit] = [mark.bytes, limitFor(mark.bytes)];
  };

  const append = (entries: readonly Entry[]) =>
    journal.append(entries, () => {
      changes += entries.length;
      for (const entry of entries) {
        if ("record" in entry) durable.set(entry.record.sha256, entry.record);
        if ("removed" in entry) durable.delete(entry.removed);
      }
    });

  /** One at a time; who asks during one gets that one. */
  const compactOnce = () => (compacting ??= compact().finally(() => (compacting = null)));

  const compactIfLong = () => {
    const { size } = journal.position();
    if (size < limit) return;
    // What can't be done now is tried again later: a long journal loses nothing.
    limit = size + limitFor(snapshotSize);
    compactOnce()
      .then(() => onCompacted(durable.size, snapshotSize))
      .catch(() => undefined);
  };

  const keepOld = ({ documents }: Snapshot, version: number) =>
    backUp(folder, new Map(Object.entries(documents)), version);

  /** Neither damage nor an older version is to be met again. */
  const putRight = async ({ data, version, journal: { fault } }: Whole): Promise<Snapshot> => {
    const now = version < VERSION ? check(migrate(data, version, ways), path) : data;
    if (version < VERSION) await keepOld(data, version);
    if (fault !== null) {
      const aside = await setAside(folder, journalPath);
      damage = `${journalPath} was damaged (${fault}): all that can be read of it is used, and a copy is kept as ${aside}`;
    }
    for (const record of Object.values(now.documents)) durable.set(record.sha256, record);
    if (now !== data || fault !== null) await compactOnce();
    return now;
  };

  return {
    durable,
    mark: (sha256) => void marked.add(sha256),
    damage: () => damage,
    requireRoom: spare.require,

    async read() {
      for (const file of [path, journalPath]) await removeBeside(file);
      const whole = await readWhole(folder, ways);
      if (whole === null) return null;
      ({ changes } = whole);
      journal = openJournal(journalPath, whole.journal.end, whole.mark);
      [snapshotSize, limit] = [whole.mark.bytes, limitFor(whole.mark.bytes)];
      return await putRight(whole);
    },

    async write({ documents }) {
      const entries = [...marked].map((sha256): Entry => {
        const record = documents[sha256];
        return record ? { record } : { removed: sha256 };
      });
      marked.clear();
      if (entries.length === 0) return;
      await append(entries).catch(async (error: unknown) => {
        // What is in work may have been paid for: for that the room was spared.
        if (!isErrno(error, "ENOSPC", "EDQUOT") || !(await spare.giveUp())) throw error;
        await append(entries);
      });
      compactIfLong();
    },

    async [Symbol.asyncDispose]() {
      await compacting?.catch(() => undefined);
      // So that it can be read with any tool; where that can't be, the journal has it all the same.
      if (changes > 0) await compact().catch(() => undefined);
      await journal[Symbol.asyncDispose]();
    },
  };
}
