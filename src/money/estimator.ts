import type { Inspected } from "../document.ts";
import type { Profile } from "../openai/profile.ts";
import { type Amount, highest } from "./amount.ts";
import { upperCost } from "./cost.ts";
import { type Estimate, estimate, leastCharacters, type Measured } from "./estimate.ts";
import type { Experiences } from "./experience.ts";
import { type Price, tariffOf } from "./prices.ts";

/** A document as far as its cost depends on it. */
type Estimated = Omit<Measured, "model" | "maxOutputTokens"> & Pick<Inspected, "profile">;

/** Says before a call what it will cost. */
export interface Estimator {
  /** What reading a document will cost. Throws PRICE_UNKNOWN. */
  readonly estimate: (document: Estimated, maxOutputTokens: number) => Estimate;
  /** The most that the cheapest of all documents may cost: where so much isn't left, none fits. */
  readonly least: (profile: Profile) => Amount;
}

/** `prices` are the configuration's own. */
export function openEstimator(
  prices: Readonly<Record<string, Price>>,
  experiences: Pick<Experiences, "of">,
): Estimator {
  // What was asked for at flex may be done, and billed, as usual.
  const tariffsOf = ({ settings }: Profile) =>
    [tariffOf(settings, prices), tariffOf(settings, prices, "default")] as const;

  return {
    estimate(document, maxOutputTokens) {
      const { profile, detail } = document;
      const { model, maxPages } = profile.settings;
      const pages = Math.min(document.pages, maxPages ?? document.pages);
      const known = experiences.of(model, detail);
      return estimate({ ...document, pages, model, maxOutputTokens }, tariffsOf(profile), known);
    },

    least(profile) {
      const { maxOutputTokens } = profile.settings;
      const empty = leastCharacters(profile.prompt.length);
      return highest(tariffsOf(profile).map((one) => upperCost(empty, maxOutputTokens, one)));
    },
  };
}
