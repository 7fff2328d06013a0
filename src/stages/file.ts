import type { Filed, Persisted } from "../document.ts";
import type * as Archive from "../filing/archive.ts";
import type { ProcessingStage } from "../pipeline/stage.ts";

/** Moves the document where it belongs, under the name that was read in it. */
export const file = (
  put: typeof Archive.put,
): ProcessingStage<Persisted, Pick<Filed, "filedAs">> => ({
  name: "file",

  async run({ staged, folder, profile, extraction, relative, place, id, sha256 }) {
    const filedAs = await put({
      from: staged,
      root: folder.archive,
      id,
      sha256,
      extraction,
      templates: profile.settings,
      original: relative.slice(relative.lastIndexOf("/") + 1),
      review: place === "review",
    });
    return { filedAs };
  },
});
