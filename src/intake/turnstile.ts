/** What every claim goes through, so that there can be moments without any. */
export interface Turnstile {
  /** Runs a claim, after whoever holds it. */
  readonly pass: <One>(claim: () => Promise<One>) => Promise<One>;
  /** Resolves when no claim is under way; until it is disposed, claims wait. */
  readonly hold: () => Promise<Disposable>;
}

export function openTurnstile(): Turnstile {
  const under = new Set<Promise<void>>();
  const holds = new Set<Promise<void>>();
  return {
    async pass(claim) {
      while (holds.size > 0) await Promise.all(holds);
      const { promise: passed, resolve } = Promise.withResolvers<void>();
      under.add(passed);
      try {
        return await claim();
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
