import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import type { Arrival, Hashed } from "../document.ts";
import type { ProcessingStage } from "../pipeline/stage.ts";

/** Learns who the document is: the SHA-256 of its bytes. */
export const hash = (): ProcessingStage<Arrival, Pick<Hashed, "sha256" | "bytes">> => ({
  name: "hash",

  async run({ staged }, { signal }) {
    const digest = createHash("sha256");
    let bytes = 0;
    for await (const chunk of createReadStream(staged, { highWaterMark: 256 * 1024, signal })) {
      digest.update(chunk as Buffer);
      bytes += (chunk as Buffer).length;
    }
    return { sha256: digest.digest("hex"), bytes };
  },
});
