import { Low } from "lowdb";
import { AutodError } from "../errors.ts";
import { backUp } from "./backup.ts";
import { type Books, booksOf, forgottenFile, type Forgotten } from "./forgotten.ts";
import { type DocumentRecord, laterOf, type Snapshot, VERSION } from "./record.ts";
import { type KeeperSettings, openKeeper } from "./keeper.ts";
import { lookAtRecords } from "./look.ts";
import type { MayMatter } from "./snapshot.ts";

/** The records of all documents, by SHA-256; disposing it leaves all of them in the snapshot. */
export interface Store extends AsyncDisposable, Books {
  readonly find: (sha256: string) => DocumentRecord | undefined;
  readonly all: () => Iterable<DocumentRecord>;
  /** Tells of each change, also of one that is taken back because it could not be stored, until it is disposed. */
  readonly watch: (listener: Listener) => Disposable;
  /** Makes one record durable; what it was before stays until then. Rejects if it could not be stored. */
  readonly commit: (record: DocumentRecord) => Promise<void>;
  /** Commits a record with some of it changed; throws if there is none. */
  readonly update: (sha256: string, change: Change) => Promise<DocumentRecord>;
  /** The same for what may be lost with a crash, or where it can't be stored: nobody has to wait for it. */
  readonly note: (sha256: string, change: Change) => void;
  /** Forgets a record but for its calls, which are durable elsewhere before it goes; throws if there is none. */
  readonly remove: (sha256: string) => Promise<void>;
  /** Keeps calls that no record has; durable when it resolves. */
  readonly keep: (gone: readonly Forgotten[]) => Promise<void>;
  /** An id for a new record: 12 hex digits of its hash, more if another has these. */
  readonly newId: (sha256: string) => string;
  /** The running number of the next billed call. */
  readonly nextSeq: () => number;
  /** What was found damaged when it was opened, and what was done about it; null where nothing was. */
  readonly damage: () => string | null;
  /** Resolves where what comes can be stored; throws DISK_FULL or DISK_FAULT. */
  readonly requireRoom: () => Promise<void>;
  /** Resolves when what is being written now has been, or could not be. */
  readonly settled: () => Promise<void>;
  /** Writes a backup of all that is durable, and gives its path. */
  readonly backUp: () => Promise<string>;
}

/** Told what a record was and is; undefined where there was none, or is none any more. */
export type Listener = (
  before: DocumentRecord | undefined,
  after: DocumentRecord | undefined,
) => void;

export type Change =
  | Partial<DocumentRecord>
  | ((record: DocumentRecord) => Partial<DocumentRecord>);

/** Opens the store in `folder` (dataDir) for reading and writing; the caller holds its lock. */
export async function openStore(folder: string, settings?: KeeperSettings): Promise<Store> {
  const keeper = openKeeper(folder, settings);
  const database = new Low<Snapshot>(keeper, { version: VERSION, documents: {} });
  await database.read();
  const { documents } = database.data;
  // Who only goes on with documents that are known needs neither of these.
  let owners: Map<string, string> | null = null;
  const ownersOfIds = () =>
    (owners ??= new Map(Object.values(documents).map(({ id, sha256 }) => [id, sha256])));
  let seq: number | null = null;
  const file = forgottenFile(folder);
  const forgotten = await file.read();
  const books = booksOf(() => Object.values(documents), forgotten);
  const write = coalesced(() => database.write());
  const writeForgotten = coalesced(() => file.write(forgotten));

  const listeners = new Set<Listener>();
  const put = (sha256: string, record: DocumentRecord | undefined) => {
    const before = documents[sha256];
    if (record) documents[sha256] = record;
    else delete documents[sha256];
    for (const listener of listeners) listener(before, record);
  };

  const keep = async (gone: readonly Forgotten[]) => {
    forgotten.push(...gone);
    try {
      await writeForgotten();
    } catch (error) {
      for (const one of gone) forgotten.splice(forgotten.indexOf(one), 1);
      throw error;
    }
  };

  const commit = async (record: DocumentRecord): Promise<void> => {
    const { id, sha256 } = record;
    put(sha256, record);
    owners?.set(id, sha256);
    keeper.mark(sha256);
    try {
      await write();
    } catch (error) {
      // What is not on the disk must not be relied on, unless somebody has gone on from it.
      if (documents[sha256] === record) put(sha256, keeper.durable.get(sha256));
      throw error;
    }
  };

  const update = async (sha256: string, change: Change): Promise<DocumentRecord> => {
    const record = documents[sha256];
    if (!record) throw new Error(`no record of ${sha256}`);
    const wanted = { ...record, ...(typeof change === "function" ? change(record) : change) };
    // The clock may be set back, but what was reserved for a day is not booked on the one before it.
    const updatedAt = laterOf(new Date().toISOString(), wanted.updatedAt);
    const changed = { ...wanted, updatedAt };
    await commit(changed);
    return changed;
  };

  return {
    find: (sha256) => documents[sha256],
    all: () => Object.values(documents),
    watch(listener) {
      listeners.add(listener);
      return { [Symbol.dispose]: () => void listeners.delete(listener) };
    },
    ...books,
    commit,
    keep,

    update,
    note: (sha256, change) => void update(sha256, change).catch(() => undefined),

    async remove(sha256) {
      const record = documents[sha256];
      if (!record) throw new Error(`no record of ${sha256}`);
      await keep([partOf(record)]);
      put(sha256, undefined);
      keeper.mark(sha256);
      try {
        await write();
      } catch (error) {
        if (!documents[sha256]) put(sha256, record);
        throw error;
      }
      owners?.delete(record.id);
    },

    newId(sha256) {
      let length = 12;
      const taken = ownersOfIds();
      while ((taken.get(sha256.slice(0, length)) ?? sha256) !== sha256) length += 1;
      return sha256.slice(0, length);
    },

    nextSeq() {
      seq = (seq ?? lastSeq(books.calls())) + 1;
      return seq;
    },

    damage: keeper.damage,
    requireRoom: keeper.requireRoom,
    settled: () => write().catch(() => undefined),
    backUp: () => backUp(folder, keeper.durable),
    async [Symbol.asyncDispose]() {
      // Some changes are nobody's to wait for.
      await write().catch(() => undefined);
      await keeper[Symbol.asyncDispose]();
    },
  };
}

/**
 * The records as they lie on disk, for looking only: no lock is needed, and a daemon may be at work. Those that
 * can't match may be left out.
 */
export async function readRecords(
  folder: string,
  mayMatter?: MayMatter,
): Promise<DocumentRecord[]> {
  return await lookAtRecords(folder, mayMatter);
}

/** All that was ever asked, as it lies on disk; `records` were read before. */
export async function readBooks(
  folder: string,
  records: readonly DocumentRecord[],
): Promise<Books> {
  // In this order: a document that is being forgotten is found in one of the two, or in both.
  return booksOf(() => records, await forgottenFile(folder).read());
}

/** The one record whose id or SHA-256 begins with `prefix` (6 characters or more). */
export function findByPrefix(records: readonly DocumentRecord[], prefix: string): DocumentRecord {
  const matches =
    prefix.length < 6
      ? []
      : records.filter(({ sha256 }) => sha256.startsWith(prefix.toLowerCase()));
  const exact = matches.find(({ id }) => id === prefix.toLowerCase());
  const [only, second] = exact ? [exact] : matches;
  if (only && !second) return only;
  const why =
    prefix.length < 6
      ? "is too short to name a document"
      : second
        ? "is the start of more than one document's id"
        : "is no document's id";
  throw new AutodError("UNKNOWN_DOCUMENT", `${prefix} ${why}`);
}

function lastSeq(calls: Iterable<{ readonly seq: number }>): number {
  let last = 0;
  for (const { seq } of calls) last = Math.max(last, seq);
  return last;
}

/** What stays of a record that is forgotten. */
function partOf({ id, sha256, folder, profile, calls, unbilled }: DocumentRecord): Forgotten {
  const forgottenAt = new Date().toISOString();
  return { id, sha256, folder, profile, forgottenAt, calls, ...(unbilled ? { unbilled } : {}) };
}

/** One write at a time; whoever asks during one shares the next, which begins after their change. */
function coalesced(write: () => Promise<void>): () => Promise<void> {
  let running: Promise<unknown> = Promise.resolve();
  let next: Promise<void> | null = null;
  return () => {
    next ??= running.then(() => {
      const current = write();
      running = current.catch(() => undefined);
      next = null;
      return current;
    });
    return next;
  };
}
