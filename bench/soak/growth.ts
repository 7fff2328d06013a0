import type { Sample } from "./sample.ts";

/** What must not grow as long as a process lives. */
interface Measure {
  readonly name: string;
  readonly of: (sample: Sample) => number;
  /** What it comes and goes by. */
  readonly play: number;
  readonly unit?: string;
}

const MB = 1e6;

/** What each byte of the records takes at most: of the heap, and of the memory of the process. */
const [IN_HEAP, IN_MEMORY] = [2, 6];

const measures: readonly Measure[] = [
  { name: "heap", of: ({ heap, stored }) => (heap - IN_HEAP * stored) / MB, play: 1, unit: "MB" },
  { name: "RSS", of: ({ rss, stored }) => (rss - IN_MEMORY * stored) / MB, play: 40, unit: "MB" },
  { name: "descriptors", of: ({ descriptors }) => descriptors, play: 0 },
  { name: "connections", of: ({ connections }) => connections, play: 8 },
  { name: "watches", of: ({ watches, folders }) => watches - folders, play: 0 },
  { name: "children", of: ({ children }) => children, play: 0 },
  { name: "timers", of: ({ timers }) => timers, play: 0 },
];

/** So many samples a life needs, or what it holds says nothing. */
export const LEAST = 7;

/**
 * Says what grew within one life, in words: where the least of its last third is more than the most of its first,
 * by more than it comes and goes. The records are to grow, and what they take is left out, as is a watch for each
 * folder in the inboxes. The first sample isn't judged: much of the program is loaded when it is used first.
 */
export function growthIn(samples: readonly Sample[]): readonly string[] {
  if (samples.length < LEAST) return [];
  const third = Math.floor((samples.length - 1) / 3);
  return measures.flatMap(({ name, of, play, unit = "" }) => {
    const first = Math.max(...samples.slice(1, 1 + third).map(of));
    const last = Math.min(...samples.slice(-third).map(of));
    if (last <= first + play) return [];
    const [from, to] = [first, last].map((value) => `${Number(value.toFixed(1))} ${unit}`.trim());
    return [`${name} grew in life ${samples[0]?.life}: from ${from} to ${to}`];
  });
}
