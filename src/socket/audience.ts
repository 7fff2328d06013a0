import { PassThrough } from "node:stream";

/** Those who listen to what happens, line by line. */
export interface Audience {
  readonly tell: (line: string) => void;
  /** What is told from now on, until the signal; who doesn't keep up is left behind: there it ends. */
  readonly listen: (signal: AbortSignal) => AsyncIterable<string>;
  /** Ends it for all. */
  readonly end: () => void;
}

/** Bytes that wait for a listener at most. */
const MOST = 4_000_000;

export function openAudience(): Audience {
  const listeners = new Set<PassThrough>();
  return {
    tell(line) {
      for (const one of listeners) {
        if (one.writableLength + one.readableLength > MOST) one.end();
        else one.write(line);
      }
    },

    listen(signal) {
      const lines = new PassThrough({ encoding: "utf8" });
      listeners.add(lines);
      lines.once("finish", () => listeners.delete(lines));
      lines.once("close", () => listeners.delete(lines));
      signal.addEventListener("abort", () => lines.end(), { once: true });
      return lines;
    },

    end() {
      for (const one of listeners) one.end();
    },
  };
}
