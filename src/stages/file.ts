import type { BigIntStats } from "node:fs";
import type { Filed, Persisted } from "../document.ts";
import type * as Archive from "../filing/archive.ts";
import type { ProcessingStage } from "../pipeline/stage.ts";
import { checkShape, shapeOf } from "../shape.ts";

/** Moves the document where it belongs, under the name that was read in it. */
export const file = (
  put: typeof Archive.put,
): ProcessingStage<Persisted, Pick<Filed, "filedAs">> => ({
  name: "file",

  async run({ staged, folder, target, id, sha256, shape }) {
    // Where only names change, nobody looks at the bytes once more.
    const check = (stats: BigIntStats) => checkShape(staged, shapeOf(stats), shape, folder.settle);
    const filedAs = await put({
      from: staged,
      root: folder.archive,
      id,
      sha256,
      check,
      ...target,
    });
    return { filedAs };
  },
});
