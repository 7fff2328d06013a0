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

export function openBursts(onBurst: () => void, many = kept() / 2): Bursts {
  let events = 0;
  const look = () => {
    const isBurst = events >= many;
    events = 0;
    if (isBurst) onBurst();
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
