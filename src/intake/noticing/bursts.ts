import { readFileSync } from "node:fs";

/**
 * Notices that so many events came at once that the system may have dropped some: of that it tells nobody.
 *
 * Linux keeps 16,384 for a process (fs.inotify.max_queued_events); what waits there comes in one turn of the
 * event loop, however long the loop was busy.
 */
export interface Bursts {
  /** One more event. */
  readonly count: () => void;
}

/** What is told of a burst. */
export interface BurstEars {
  /** So many came in one turn that what they tell of is looked at later than it is found by listing. */
  readonly onMany: () => void;
  /** So many that some may have been dropped: more than half of what is kept. */
  readonly onFlood: () => void;
}

/** Events in a turn that are many. */
const MANY = 100;

export function openBursts({ onMany, onFlood }: BurstEars, flood = kept() / 2): Bursts {
  let events = 0;
  const look = () => {
    const came = events;
    events = 0;
    if (came >= MANY) onMany();
    if (came >= flood) onFlood();
  };
  return {
    count() {
      events += 1;
      if (events === 1) setImmediate(look);
    },
  };
}

/** How many events the system keeps for a process. */
function kept(): number {
  try {
    return Number(readFileSync("/proc/sys/fs/inotify/max_queued_events", "utf8")) || USUAL;
  } catch {
    return USUAL;
  }
}

const USUAL = 16_384;
