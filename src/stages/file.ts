import type { Filed, Persisted } from "../document.ts";
import type * as Archive from "../filing/archive.ts";
import { isErrno } from "../errors.ts";
import type { ProcessingStage } from "../pipeline/stage.ts";
import { requireShape } from "../shape.ts";

/** Moves the document where it belongs, under the name that was read in it. */
export const file = (
  put: typeof Archive.put,
): ProcessingStage<Persisted, Pick<Filed, "filedAs">> => ({
  name: "file",

  async run({ staged, folder, target, id, sha256, shape }) {
    // Where only names change, nobody looks at the bytes once more.
    await requireShape(staged, shape, folder.settle).catch(unlessGone);
    return { filedAs: await put({ from: staged, root: folder.archive, id, sha256, ...target }) };
  },
});

/** It may have been moved already. */
function unlessGone(error: unknown): void {
  if (!isErrno(error, "ENOENT", "ENOTDIR")) throw error;
}
