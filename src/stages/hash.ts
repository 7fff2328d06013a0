import type { Arrival, Hashed } from "../document.ts";
import { fingerprintAt } from "../fingerprint.ts";
import type { ProcessingStage } from "../pipeline/stage.ts";

/** Learns who the document is: the SHA-256 of its bytes. */
export const hash = (): ProcessingStage<Arrival, Pick<Hashed, "sha256" | "bytes">> => ({
  name: "hash",

  async run({ staged }, { signal }) {
    return await fingerprintAt(staged, signal);
  },
});
