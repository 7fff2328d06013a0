import { unhindered } from "../../src/gate/gates.ts";

/** What a document is worked on under: nobody stops it, and nothing is in its way. */
export const conditions = (signal = new AbortController().signal) => ({
  signal,
  deadline: new AbortController().signal,
  passage: unhindered,
  place: () => Promise.resolve(),
  giveWay: () => undefined,
});
