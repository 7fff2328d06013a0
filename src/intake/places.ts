import PQueue from "p-queue";
import type { ProcessingContext } from "../pipeline/stage.ts";

/** Who works on a document has it told when there is a place for it, and tells when it needs none any more. */
export type Turn = Pick<ProcessingContext, "place" | "giveWay">;

/** So many documents are read at a time. */
export interface Places {
  /**
   * Works on a document when it is its turn. One that gives way is as good as done for those who wait, but of these
   * there are never more than places: where filing is slow, no more is read than is filed.
   */
  readonly inTurn: <One>(work: (turn: Turn) => Promise<One>, priority?: number) => Promise<One>;
  /**
   * Told that a file turned out to be known: that takes no place, so of those that follow one more is looked at
   * beside. What is new among them waits for its place, and ends that.
   */
  readonly sawKnown: () => void;
}

/** So many more files than there are places are looked at side by side at most, while all of them are known. */
const MOST_MORE = 16;

/** Once `signal` is aborted there are no more places. */
export function openPlaces(concurrency: number, signal: AbortSignal): Places {
  const queue = new PQueue({ concurrency });
  const places = new PQueue({ concurrency });
  /** While documents are read well, so many are looked at before there is a place, so that no place waits for one. */
  const ahead = Math.ceil(concurrency / 4);
  /** Documents that gave way, and aren't done. */
  let leaving = 0;

  return {
    async inTurn<One>(work: (turn: Turn) => Promise<One>, priority = 0) {
      const done = Promise.withResolvers<One>();
      const begin = () => {
        const { promise: isOver, resolve: end } = Promise.withResolvers<void>();
        let state: "looking" | "reading" | "read" | "leaving" = "looking";
        const place = async () => {
          queue.concurrency = Math.min(queue.concurrency, concurrency + ahead);
          const { promise: isHad, resolve: have } = Promise.withResolvers<void>();
          void places.add(() => (have(), isOver));
          await isHad;
          signal.throwIfAborted();
          state = "reading";
        };
        const giveWay = () => {
          if (state === "leaving") return;
          state = "read";
          if (leaving === concurrency) return;
          state = "leaving";
          leaving += 1;
          queue.concurrency = Math.max(queue.concurrency, concurrency + ahead);
          end();
        };
        const finished = work({ place, giveWay }).finally(() => {
          if (state === "leaving") leaving -= 1;
          // What stood in its way may stand in the way of others, which are better not taken yet.
          if (state === "reading") queue.concurrency = concurrency;
          end();
        });
        done.resolve(finished);
        return isOver;
      };
      const [result] = await Promise.all([done.promise, queue.add(begin, { priority })]);
      return result;
    },

    sawKnown() {
      queue.concurrency = Math.min(concurrency + MOST_MORE, queue.concurrency + 1);
    },
  };
}
