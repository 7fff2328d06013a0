import { unlessAborted } from "../aborted.ts";

/** Keeps two from working on the same bytes at the same time. */
export interface Holds {
  /** Waits until nobody else holds `sha256`, and holds it until disposed. Rejects when aborted. */
  readonly take: (sha256: string, signal: AbortSignal) => Promise<Disposable>;
}

/** Holds of one process; they are taken in the order in which they were asked for. */
export function openHolds(): Holds {
  const last = new Map<string, Promise<void>>();
  return {
    async take(sha256, signal) {
      const { promise: released, resolve: release } = Promise.withResolvers<void>();
      const before = last.get(sha256);
      const after = Promise.all([before, released]).then(() => {
        if (last.get(sha256) === after) last.delete(sha256);
      });
      last.set(sha256, after);
      try {
        await unlessAborted(Promise.resolve(before), signal);
      } catch (error) {
        release();
        throw error;
      }
      return { [Symbol.dispose]: release };
    },
  };
}
