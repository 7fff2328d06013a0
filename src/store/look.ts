import type { Stats } from "node:fs";
import { stat } from "node:fs/promises";
import { isErrno } from "../errors.ts";
import { readIfAny } from "./durable.ts";
import { upToDate } from "./migrate.ts";
import { placesIn } from "./places.ts";
import type { DocumentRecord } from "./record.ts";
import { changesBy, readJournal } from "./replay.ts";
import { check, decode, hasOutline, type MayMatter, parse, withoutOthers } from "./snapshot.ts";

/**
 * The records of a store that is only looked at, also while a daemon is at work; none where there is no file.
 *
 * Of each record only the outline is checked. Those that can't match may be left out: parsing takes most of
 * the time. Throws STORE_DAMAGED and STORE_NEWER.
 */
export async function lookAtRecords(
  folder: string,
  mayMatter?: MayMatter,
): Promise<DocumentRecord[]> {
  const { snapshot: path } = placesIn(folder);
  const { bytes, lines } = await readTogether(folder);
  const changes = changesBy(readJournal(lines).lines);
  const documents = bytes === null ? {} : documentsIn(bytes, path, mayMatter);
  for (const [sha256, record] of changes) {
    if (record) documents[sha256] = record;
    else delete documents[sha256];
  }
  return Object.values(documents);
}

/** How often the two are read, while one or the other is being made anew. */
const LOOKS = 5;

/** The snapshot and the journal of one instant; lines that are appended meanwhile don't make it another one. */
async function readTogether(folder: string) {
  const { snapshot, journal } = placesIn(folder);
  const whichFiles = () => look(folder, ({ ino, birthtimeMs }) => [ino, birthtimeMs]);
  for (let time = 1; ; time += 1) {
    const before = await whichFiles();
    const lines = await readIfAny(journal);
    const bytes = await readIfAny(snapshot);
    if (time === LOOKS || before === (await whichFiles())) {
      return { bytes, lines: lines ?? Buffer.alloc(0) };
    }
  }
}

/** What both files are like; where two looks give the same, nothing was changed in between. */
export const stateOf = (folder: string): Promise<string> =>
  look(folder, ({ ino, size, mtimeMs }) => [ino, size, mtimeMs]);

async function look(
  folder: string,
  traitsOf: (stats: Stats) => readonly number[],
): Promise<string> {
  const { snapshot, journal } = placesIn(folder);
  const looks = [snapshot, journal].map(async (path) => {
    try {
      return traitsOf(await stat(path)).join(" ");
    } catch (error) {
      if (isErrno(error, "ENOENT")) return "none";
      throw error;
    }
  });
  return (await Promise.all(looks)).join();
}

function documentsIn(
  bytes: Buffer,
  path: string,
  mayMatter: MayMatter | undefined,
): Record<string, DocumentRecord> {
  const text = decode(bytes, path);
  const now = upToDate(parse(mayMatter ? withoutOthers(text, mayMatter) : text, path));
  // Of what has no outline the whole check knows what to say.
  return (hasOutline(now) ? now : check(now, path)).documents;
}
