import { type EventEmitter, once } from "node:events";
import { utimes } from "node:fs/promises";
import { basename } from "node:path";

/** Milliseconds that the system has to tell of a change. */
const PROMPT = 2_000;

/**
 * Whether whoever watches a folder is told of a change in it: the folder at `path`, which is autod's own, is
 * touched, and `events` emits the names that changed. Null where that can't be tried.
 */
export async function proves(path: string, events: EventEmitter): Promise<boolean | null> {
  const told = toldOf(basename(path), events, PROMPT);
  try {
    const now = new Date();
    await utimes(path, now, now);
  } catch {
    // Not ours, or not to be written to: what keeps autod from working is told elsewhere.
    return null;
  }
  // Where the loop was busy all the time, the event may be there and not have had its turn.
  return (await told) || (await toldOf(basename(path), events, LATE));
}

/** Milliseconds. */
const LATE = 250;

/** Whether a name is told of within so many milliseconds. */
const toldOf = (name: string, events: EventEmitter, within: number): Promise<boolean> =>
  once(events, name, { signal: AbortSignal.timeout(within) }).then(
    () => true,
    () => false,
  );
