import { join } from "node:path";
import type { Extracted, Persisted } from "../document.ts";
import type { targetFor as TargetFor } from "../filing/archive.ts";
import type { ProcessingStage } from "../pipeline/stage.ts";
import { needsReview } from "../store/record.ts";
import type { Store } from "../store/store.ts";

/** Records what is about to become of the document: with a failed hard check a person must look first. */
export const persist = (
  store: Pick<Store, "find" | "update">,
  targetFor: typeof TargetFor,
  markTwins: (sha256: string) => Promise<void>,
): ProcessingStage<Extracted, Pick<Persisted, "place" | "target">> => ({
  name: "persist",

  async run({ sha256, extraction, profile, relative, folder }, { giveWay }) {
    giveWay();
    const record = store.find(sha256);
    const review = record !== undefined && needsReview(record);
    const original = relative.slice(relative.lastIndexOf("/") + 1);
    const target = targetFor({ extraction, templates: profile.settings, original, review });
    await markTwins(sha256);
    await store.update(sha256, ({ work }) => ({
      work: work && {
        ...work,
        step: "file",
        target: join(folder.archive, ...target.folders, target.name),
      },
    }));
    return { place: review ? "review" : "archive", target };
  },
});
