import { constants } from "node:fs";
import { open } from "node:fs/promises";
import type { Arrival, Hashed } from "../document.ts";
import { fingerprint } from "../fingerprint.ts";
import type { ProcessingStage } from "../pipeline/stage.ts";

/** Learns who the document is: the SHA-256 of its bytes. */
export const hash = (): ProcessingStage<Arrival, Pick<Hashed, "sha256" | "bytes">> => ({
  name: "hash",

  async run({ staged }, { signal }) {
    await using handle = await open(staged, constants.O_RDONLY | constants.O_NOFOLLOW);
    return await fingerprint(handle, signal);
  },
});
