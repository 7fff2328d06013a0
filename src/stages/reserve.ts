import type { Inspected, Reserved } from "../document.ts";
import { formatAmount } from "../money/amount.ts";
import type { Billing } from "../money/billing.ts";
import type { ProcessingStage } from "../pipeline/stage.ts";
import type { Store } from "../store/store.ts";

/** Holds the most that reading the document can cost, before anything is sent. */
export const reserve = (
  billing: Pick<Billing, "estimate" | "reserve">,
  store: Pick<Store, "update">,
): ProcessingStage<Inspected, Pick<Reserved, "reservation">> => ({
  name: "reserve",

  async run(document) {
    if (document.answer) return { reservation: null };
    const { pages, textLayer, sha256, profile } = document;
    const expected = billing.estimate(document, profile.settings.maxOutputTokens);
    const estimate = {
      inputTokens: expected.inputTokens,
      costUsd: formatAmount(expected.cost),
      upperCostUsd: formatAmount(expected.upperCost),
    };
    await store.update(sha256, { pages, textLayer, estimate });
    return { reservation: billing.reserve(expected.upperCost) };
  },

  async undo({ reservation }) {
    reservation?.release();
  },
});
