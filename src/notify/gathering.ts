import type { News } from "./news.ts";

/** Several news of the same occasion. */
export interface Bundle {
  readonly count: number;
  /** The first of them: there is one at least. */
  readonly first: readonly News[];
}

/** Gathers what comes in numbers. */
export interface Gathering extends Disposable {
  readonly add: (news: News) => void;
  /** Takes back what was not told yet of a trouble; whether there was such. */
  readonly retract: (occasion: News["occasion"], name: string) => boolean;
  /** Tells what is gathered now. */
  readonly flush: () => void;
}

interface Window {
  readonly timer: NodeJS.Timeout;
  first: News[];
  count: number;
}

/** So many are kept of those that are gathered; the others are counted. */
const KEPT = 50;

/**
 * Of an occasion the first is told at once; what follows within `time` milliseconds is gathered, and told as
 * one.
 */
export function openGathering(time: number, tell: (bundle: Bundle) => void): Gathering {
  const windows = new Map<News["occasion"], Window>();

  const open = (occasion: News["occasion"]) => {
    const timer = setTimeout(() => close(occasion), time).unref();
    windows.set(occasion, { timer, first: [], count: 0 });
  };
  const close = (occasion: News["occasion"]) => {
    const gathered = windows.get(occasion);
    windows.delete(occasion);
    if (!gathered || gathered.first.length === 0) return;
    open(occasion);
    tell(gathered);
  };

  return {
    add(news) {
      const window = windows.get(news.occasion);
      if (window) {
        window.count += 1;
        if (window.first.length < KEPT) window.first.push(news);
        return;
      }
      open(news.occasion);
      tell({ count: 1, first: [news] });
    },

    retract(occasion, name) {
      const window = windows.get(occasion);
      if (!window) return false;
      const others = window.first.filter((news) => news.name !== name);
      const retracted = window.first.length - others.length;
      window.first = others;
      window.count -= retracted;
      return retracted > 0;
    },

    flush() {
      // What is told opens the next.
      for (const occasion of windows.keys().toArray()) close(occasion);
    },

    [Symbol.dispose]() {
      for (const { timer } of windows.values()) clearTimeout(timer);
      windows.clear();
    },
  };
}
