/** Leave for what may be done so often within a time. */
export interface Limit {
  /** Whether it may be done now; then it counts. */
  readonly take: () => boolean;
}

/** At most `most` within any `time` milliseconds. */
export function openLimit(most: number, time: number): Limit {
  let taken: readonly number[] = [];
  return {
    take() {
      // A clock that nobody sets.
      const now = performance.now();
      taken = taken.filter((at) => now - at < time);
      if (taken.length >= most) return false;
      taken = [...taken, now];
      return true;
    },
  };
}
