/** How often things were said lately. */
export interface Repeats {
  /** How often this was said by now (an ISO instant), this time included; after long silence it begins anew. */
  readonly count: (what: string, now: string) => number;
  /** Whatever comes next is said for the first time. */
  readonly forget: () => void;
}

export function noRepeats(): Repeats {
  const said = new Map<string, { readonly times: number; readonly at: number }>();
  return {
    count(what, now) {
      const at = Date.parse(now);
      const before = said.get(what);
      const times = before && at - before.at < LONG_SILENCE ? before.times + 1 : 1;
      said.set(what, { times, at });
      return times;
    },
    forget: () => said.clear(),
  };
}

/** In milliseconds. */
const LONG_SILENCE = 600_000;
