import type { Extracted, Persisted } from "../document.ts";
import type { ProcessingStage } from "../pipeline/stage.ts";
import type { Store } from "../store/store.ts";

/** Records what is about to become of the document: with a failed hard check a person must look first. */
export const persist = (
  store: Pick<Store, "update">,
): ProcessingStage<Extracted, Pick<Persisted, "place">> => ({
  name: "persist",

  async run({ sha256 }) {
    const { checks } = await store.update(sha256, ({ work }) => ({
      work: work && { ...work, step: "file" },
    }));
    return { place: checks.some(({ hard }) => hard) ? "review" : "archive" };
  },
});
