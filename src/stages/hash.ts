import type { Arrival, Hashed } from "../document.ts";
import { scanAt } from "../fingerprint.ts";
import type { ProcessingStage } from "../pipeline/stage.ts";
import { requireShape, sizeOf } from "../shape.ts";

/**
 * Learns who the document is: the SHA-256 of its bytes.
 *
 * Who had the file open when it was claimed can write to it still: then it begins anew, once it is at rest.
 */
export const hash = (): ProcessingStage<
  Arrival,
  Pick<Hashed, "sha256" | "bytes" | "content" | "shape">
> => ({
  name: "hash",

  async run({ staged, folder, shape: claimed }, { signal }) {
    const before = claimed ?? (await requireShape(staged, null, folder.settle));
    const scanned = await scanAt(staged, sizeOf(before), signal);
    const shape = await requireShape(staged, before, folder.settle);
    return { ...scanned, shape };
  },
});
