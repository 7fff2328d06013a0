import { AutodError } from "../errors.ts";
import { readIfAny } from "./durable.ts";
import { checksum, type Mark } from "./line.ts";
import { isOlder, type Migrations } from "./migrate.ts";
import { placesIn } from "./places.ts";
import { type Snapshot, VERSION } from "./record.ts";
import { changesBy, marksIn, readJournal, type Replay } from "./replay.ts";
import { readText, type Text } from "./text.ts";
import { check, decode, newer, parse, versionOf } from "./snapshot.ts";

/** A store as it lies on the disk: the snapshot with all that the journal says since. */
export interface Whole {
  /** Of an older version as it is, not migrated. */
  readonly data: Snapshot;
  readonly version: number;
  readonly journal: Replay;
  /** That of the snapshot. */
  readonly mark: Mark;
  /** How many lines of the journal change something that the snapshot says. */
  readonly changes: number;
}

/**
 * Reads a store, and changes nothing; null where there is none.
 *
 * What autod itself wrote is told by its checksum, and needs no other check. Throws STORE_DAMAGED for what
 * can't be sure, STORE_NEWER for what a newer autod wrote.
 */
export async function readWhole(folder: string, ways: Migrations): Promise<Whole | null> {
  const { snapshot: path, journal: journalPath } = placesIn(folder);
  const seen = await readText(path);
  const lines = await readIfAny(journalPath);
  if (seen === null && lines === null) return null;
  const journal = readJournal(lines ?? Buffer.alloc(0));
  const marks = marksIn(journal.lines);
  const beyond = marks.find(({ version }) => version > VERSION);
  if (beyond) throw newer(journalPath, beyond.version);

  const { bytes, crc } = seen ?? { bytes: 0, crc: checksum("") };
  const known = marks.findLast((one) => one.bytes === bytes && one.crc === crc);
  // Without a sound mark it can't be known which snapshot was meant.
  if (!known && marks.length > 0 && journal.fault === null) throw strange(path, seen === null);
  const { data, version } = known ? trusted(seen, path, known) : await distrusted(path, ways);
  const since = journal.lines.filter(({ n }) => n > (known?.upTo ?? -1));
  for (const [sha256, record] of changesBy(since)) {
    if (record) data.documents[sha256] = record;
    else delete data.documents[sha256];
  }
  const changes = since.filter((line) => !("snapshot" in line)).length;
  return { data, version, journal, mark: known ?? { version, upTo: 0, bytes, crc }, changes };
}

interface Read {
  readonly data: Snapshot;
  readonly version: number;
}

const empty = (): Snapshot => ({ version: VERSION, documents: {} });

function trusted(seen: Text | null, path: string, { version }: Mark): Read {
  return { data: seen === null ? empty() : (parse(seen.text, path) as Snapshot), version };
}

async function distrusted(path: string, ways: Migrations): Promise<Read> {
  const bytes = await readIfAny(path);
  if (bytes === null) return { data: empty(), version: VERSION };
  const data = parse(decode(bytes, path), path);
  const version = versionOf(data);
  if (isOlder(version, ways)) return { data: data as Snapshot, version };
  return { data: check(data, path), version: VERSION };
}

const strange = (path: string, isMissing: boolean): AutodError =>
  isMissing
    ? new AutodError("STORE_DAMAGED", `${path} is missing`)
    : new AutodError("STORE_DAMAGED", `${path} isn't as autod left it: damaged, or edited`, {
        hint: `autod store restore FILE puts a backup in its place; if you edited it on purpose, restore ${path} itself.`,
      });
