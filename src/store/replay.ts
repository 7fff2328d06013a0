import type { Position } from "./journal.ts";
import { type Mark, type Numbered, readLine } from "./line.ts";
import type { DocumentRecord } from "./record.ts";

/** What stands in a journal. */
export interface Replay {
  readonly lines: readonly Numbered[];
  /** Where its sound part ends; what a death left half written is behind it. */
  readonly end: Position;
  /** What is wrong with it; null for a sound one. A torn end is nothing wrong: nobody relied on it. */
  readonly fault: string | null;
}

/** Reads a journal, every sound line of it whatever is wrong with others. */
export function readJournal(bytes: Buffer): Replay {
  const lines: Numbered[] = [];
  let fault: string | null = null;
  let size = 0;
  const take = (line: Buffer, end: number) => {
    const read = readLine(line);
    const last = lines.at(-1)?.n;
    const [place, wanted] = [`line ${lines.length + 1}`, (last ?? -1) + 1];
    if (read === null) fault ??= `${place} isn't what was written`;
    else if (last !== undefined && read.n !== wanted) fault ??= `lines before ${place} are missing`;
    if (read !== null) lines.push(read);
    size = end;
  };
  for (let end = bytes.indexOf(LINE_FEED); end !== -1; end = bytes.indexOf(LINE_FEED, size)) {
    take(bytes.subarray(size, end), end + 1);
  }
  // Of what is torn the end is missing; where all is there but the line feed, that alone is damaged.
  const rest = bytes.subarray(size, bytes.length - 1);
  if (rest.length > 0 && readLine(rest) !== null) {
    take(rest, bytes.length);
    fault ??= "its last line has no end";
  }
  return { lines, end: { number: lines.at(-1)?.n ?? 0, size }, fault };
}

const LINE_FEED = "\n".charCodeAt(0);

/** The marks of snapshots in a journal. */
export const marksIn = (lines: readonly Numbered[]): Mark[] =>
  lines.flatMap((line) => ("snapshot" in line ? [line.snapshot] : []));

/** What documents became by lines of a journal, the last of each: a record, or null where it is gone. */
export function changesBy(lines: Iterable<Numbered>): Map<string, DocumentRecord | null> {
  const changes = new Map<string, DocumentRecord | null>();
  for (const line of lines) {
    if ("record" in line) changes.set(line.record.sha256, line.record);
    if ("removed" in line) changes.set(line.removed, null);
  }
  return changes;
}
