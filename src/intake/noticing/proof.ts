import { type EventEmitter, once } from "node:events";
import { utimes } from "node:fs/promises";
import { basename } from "node:path";
import { setTimeout } from "node:timers/promises";

/** Milliseconds that the system has to tell of a change. */
const PROMPT = 2_000;

/**
 * Whether whoever watches a folder is told of a change in it: the folder at `path`, which is autod's own, is
 * touched, and `events` emits the names that changed. Null where that can't be tried.
 */
export async function proves(path: string, events: EventEmitter): Promise<boolean | null> {
  const name = basename(path);
  const given = AbortSignal.timeout(PROMPT);
  const told = once(events, name, { signal: given }).then(
    () => true,
    () => false,
  );
  try {
    const now = new Date();
    await utimes(path, now, now);
  } catch {
    // Not ours, or not to be written to: what keeps autod from working is told elsewhere.
    return null;
  }
  if (await told) return true;
  // Where the loop was busy all the time, the event may be there and not have had its turn.
  const late = once(events, name).then(() => true);
  return await Promise.race([late, setTimeout(LATE, false)]);
}

/** Milliseconds. */
const LATE = 250;
