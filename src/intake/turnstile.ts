/** What every claim goes through, or all of some other work, so that there can be moments without any. */
export interface Turnstile {
  /** Runs some of it, after whoever holds it. */
  readonly pass: <One>(work: () => Promise<One>) => Promise<One>;
  /** Resolves when none is under way; until it is disposed, what comes waits. */
  readonly hold: () => Promise<Disposable>;
}

export function openTurnstile(): Turnstile {
  const under = new Set<Promise<void>>();
  const holds = new Set<Promise<void>>();
  return {
    async pass(work) {
      while (holds.size > 0) await Promise.all(holds);
      const { promise: passed, resolve } = Promise.withResolvers<void>();
      under.add(passed);
      try {
        return await work();
      } finally {
        under.delete(passed);
        resolve();
      }
    },

    async hold() {
      const { promise: held, resolve } = Promise.withResolvers<void>();
      holds.add(held);
      await Promise.all(under);
      return {
        [Symbol.dispose]() {
          holds.delete(held);
          resolve();
        },
      };
    },
  };
}
