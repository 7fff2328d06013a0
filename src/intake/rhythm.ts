/**
 * The pauses that files in a folder make while they are written: a scanner's between two pages, say.
 *
 * A file that is complete after each of its pages can't be told from a finished one by its bytes, only by how
 * others were written before it.
 */
export interface Rhythm {
  /** The longest pause that one of the last files made, in milliseconds. */
  readonly pause: () => number;
  /** A file that was quiet since a moment (as `performance.now()`) is about to be taken, after pauses of so long. */
  readonly took: (path: string, longest: number, since: number) => void;
  /** A file came: where one was just taken from, that one was not finished when it was quiet. */
  readonly came: (path: string) => void;
}

/** So many files are remembered: one of them was written in bursts, and the next are waited for. */
const REMEMBERED = 20;

/** `within`: milliseconds after which what comes under the same name is a file of its own. */
export function openRhythm(within: number, now: () => number = () => performance.now()): Rhythm {
  const pauses: number[] = [];
  const taken = new Map<string, number>();

  const remember = (pause: number) => {
    pauses.push(pause);
    if (pauses.length > REMEMBERED) pauses.shift();
  };

  return {
    pause: () => Math.max(0, ...pauses),
    took(path, longest, since) {
      remember(longest);
      for (const [other, quiet] of taken) if (now() - quiet > within) taken.delete(other);
      taken.set(path, since);
    },
    came(path) {
      const since = taken.get(path);
      if (since === undefined) return;
      taken.delete(path);
      const pause = now() - since;
      if (pause <= within) remember(pause);
    },
  };
}
