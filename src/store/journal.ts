import { type Stats, statSync, writeSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { replaceFile } from "./durable.ts";
import { type Entry, lineOf, type Mark } from "./line.ts";

/** Where a journal ends: the number of its last line, and its size in bytes. */
export interface Position {
  readonly number: number;
  readonly size: number;
}

/** The file that every change is appended to, and is durable in before anybody relies on it. */
export interface Journal extends AsyncDisposable {
  readonly position: () => Position;
  /**
   * Durable when it resolves, all in one write; when it rejects, nothing of it counts. `onDurable` is called
   * at the very instant from which on `position` tells of it.
   */
  readonly append: (entries: readonly Entry[], onDurable?: () => void) => Promise<void>;
  /** Begins anew with the mark of a snapshot, and keeps what was appended since the position it was made at. */
  readonly rotate: (mark: Mark, since: Position) => Promise<void>;
}

/**
 * The journal at a path, of which everything up to `end` is known to be sound. A new one begins with a mark.
 *
 * Nothing is opened or made before the first append.
 */
export function openJournal(path: string, end: Position, mark: Mark): Journal {
  let { number, size } = end;
  let file: FileHandle | null = null;
  /** Which file that is. */
  let identity: string | null = null;
  /** Whether what the disk was told last is known to be there. */
  let isSound = true;
  const exclusively = oneAtATime();

  /** Writes the sound part beside, and puts it in its place: a second fsync of the same file proves nothing. */
  const remake = async (bytes: Uint8Array) => {
    await replaceFile(path, bytes);
    const before = file;
    file = null;
    await before?.close().catch(() => undefined);
    const handle = await openFile();
    size = bytes.length;
    isSound = true;
    return handle;
  };

  /** What a death left half there must not be found behind what comes next. */
  const reopen = async () => {
    const handle = await openFile();
    await handle.truncate(size);
    return handle;
  };

  const openFile = async () => {
    file = await open(path, "r+");
    identity = identityOf(await file.stat());
    return file;
  };

  const opened = async (): Promise<FileHandle> => {
    if (size === 0) return await remake(Buffer.from(lineOf(number, { snapshot: mark })));
    const handle = file ?? (await reopen());
    // Deleted or exchanged by hand, it would go on taking lines that nobody finds again.
    const isThere = isSound && identityAt(path) === identity;
    return isThere ? handle : await remake(await piece(handle, 0, size));
  };

  return {
    position: () => ({ number, size }),

    append: (entries, onDurable) =>
      exclusively(async () => {
        const handle = await opened();
        const text = entries.map((entry, index) => lineOf(number + 1 + index, entry)).join("");
        const bytes = Buffer.from(text);
        try {
          writeAt(handle, bytes, size);
        } catch (error) {
          // What is half there must not be found behind the next.
          await handle.truncate(size).catch(() => (isSound = false));
          throw error;
        }
        isSound = false;
        await handle.datasync();
        isSound = true;
        size += bytes.length;
        number += entries.length;
        onDurable?.();
      }),

    rotate: (snapshot, since) =>
      exclusively(async () => {
        const handle = await opened();
        const first = Buffer.from(lineOf(since.number, { snapshot }));
        await remake(Buffer.concat([first, await piece(handle, since.size, size)]));
      }),

    async [Symbol.asyncDispose]() {
      await exclusively(async () => {
        await file?.close();
        file = null;
      });
    },
  };
}

/** One after the other, whatever becomes of them. */
function oneAtATime() {
  let last: Promise<unknown> = Promise.resolve();
  return <Result>(act: () => Promise<Result>): Promise<Result> => {
    const done = last.then(act);
    last = done.catch(() => undefined);
    return done;
  };
}

/** Looked at before each append, and at once: among the store's own files that is quicker than to wait for it. */
function identityAt(path: string): string | null {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats ? identityOf(stats) : null;
}

const identityOf = ({ dev, ino }: Stats): string => `${dev} ${ino}`;

/**
 * A system call may write less than it was asked to. It goes to the system's memory at once, which is quicker than
 * to have somebody else do it; what takes its time is to have it on the disk.
 */
function writeAt({ fd }: FileHandle, bytes: Uint8Array, position: number): void {
  for (let done = 0; done < bytes.length;) {
    done += writeSync(fd, bytes, done, bytes.length - done, position + done);
  }
}

async function piece(file: FileHandle, from: number, to: number): Promise<Buffer> {
  const bytes = Buffer.alloc(to - from);
  for (let done = 0; done < bytes.length;) {
    const { bytesRead } = await file.read(bytes, done, bytes.length - done, from + done);
    if (bytesRead === 0) throw new Error(`the journal ends before its byte ${to}`);
    done += bytesRead;
  }
  return bytes;
}
