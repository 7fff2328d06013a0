import type { Inspected, Reserved } from "../document.ts";
import { formatAmount } from "../money/amount.ts";
import type { Billing } from "../money/billing.ts";
import type { Estimate } from "../money/estimate.ts";
import type { ProcessingStage } from "../pipeline/stage.ts";
import type { Store } from "../store/store.ts";

/** Waits for the document's place, and holds the most that reading it can cost, before anything is sent. */
export const reserve = (
  billing: Pick<Billing, "estimate" | "reserve" | "bookUnknown">,
  store: Pick<Store, "note">,
): ProcessingStage<Inspected, Pick<Reserved, "reservation">> => ({
  name: "reserve",

  async run(document, { place, passage, log }) {
    await place();
    const { pages, textLayer, sha256, profile, detail, earlier } = document;
    const folder = document.folder.name;
    const { pending } = document;
    if (pending && document.answer) {
      // It was being read once more, and its file was gone: nobody waits for that answer any more.
      const { upperUsd } = pending;
      await billing.bookUnknown({ sha256, folder, profile, detail, upperUsd }, log);
    }
    // What it may cost has been held since it was asked.
    if (pending) return { reservation: null };
    if (earlier?.work?.step === "ask") {
      // Its answer was lost, and that could not be recorded.
      const upperUsd = earlier.work.reservedUsd ?? "0";
      await billing.bookUnknown({ sha256, folder, profile, detail, upperUsd }, log);
    }
    if (document.answer) return { reservation: null };
    const expected = estimated(billing, document, (error) =>
      passage.failed("reserve", error, earlier?.error?.code),
    );
    const estimate = {
      countedTokens: expected.countedTokens,
      inputTokens: expected.inputTokens,
      costUsd: formatAmount(expected.cost),
      upperCostUsd: formatAmount(expected.upperCost),
    };
    store.note(sha256, { pages, textLayer, estimate });
    return { reservation: billing.reserve(expected.upperCost, { sha256, folder }) };
  },

  async undo({ reservation }) {
    reservation?.release();
  },
});

/** A model without a price concerns all that its profile reads. */
function estimated(
  billing: Pick<Billing, "estimate">,
  document: Inspected,
  failed: (error: unknown) => unknown,
): Estimate {
  try {
    return billing.estimate(document, document.profile.settings.maxOutputTokens);
  } catch (error) {
    throw failed(error);
  }
}
