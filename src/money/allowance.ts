import type { Config } from "../config/schema.ts";
import type { Folder } from "../document.ts";
import { AutodError } from "../errors.ts";
import type { Profile } from "../openai/profile.ts";
import type { Books } from "../store/forgotten.ts";
import { spendingIn } from "./billing.ts";
import { type Budget, limitsIn, openBudget } from "./budget.ts";
import { type Estimator, openEstimator } from "./estimator.ts";
import { openExperiences } from "./experience.ts";
import { sinceThisMonth } from "./spent.ts";

/** Why none of a folder's documents can be paid for now (BUDGET_EXHAUSTED); null where the cheapest could be. */
export type Allowance = (folder: Folder) => AutodError | null;

export const openAllowance =
  (
    budget: Pick<Budget, "requireUnspent">,
    { least }: Pick<Estimator, "least">,
    profileOf: (folder: Folder) => Profile | undefined,
  ): Allowance =>
  (folder) => {
    const profile = profileOf(folder);
    if (!profile) return null;
    try {
      budget.requireUnspent(least(profile), folder.name);
      return null;
    } catch (error) {
      if (!(error instanceof AutodError)) throw error;
      // A model without a price is told of by the first document that asks for it.
      return error.code === "BUDGET_EXHAUSTED" ? error : null;
    }
  };

/** The same as it is seen from outside, beside a running autod too. */
export const allowanceBy =
  (config: Pick<Config, "budget" | "folders" | "prices">, profiles: ReadonlyMap<string, Profile>) =>
  (books: Books): Allowance => {
    const budget = openBudget(limitsIn(config), spendingIn(sinceThisMonth(books.calls())));
    const estimator = openEstimator(config.prices, openExperiences([]));
    return openAllowance(budget, estimator, ({ profile }) => profiles.get(profile));
  };
