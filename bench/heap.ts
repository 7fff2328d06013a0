import { setTimeout } from "node:timers/promises";

/** Megabytes of the heap that are in use after all else was collected; needs --expose-gc. */
export async function heapUsed(): Promise<number> {
  for (let round = 0; round < 3; round += 1) {
    globalThis.gc?.();
    // What finalizers let go of is collected the next time.
    await setTimeout(20);
  }
  return megabytes(process.memoryUsage().heapUsed);
}

/** Megabytes of memory that the process takes up. */
export const taken = (): number => megabytes(process.memoryUsage.rss());

const megabytes = (bytes: number): number => Number((bytes / 1e6).toFixed(1));
