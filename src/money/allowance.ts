import type { Config } from "../config/schema.ts";
import type { Folder } from "../document.ts";
import { AutodError } from "../errors.ts";
import type { Profile } from "../openai/profile.ts";
import type { BookedCall, Books } from "../store/forgotten.ts";
import { parseAmount } from "./amount.ts";
import { spendingIn } from "./billing.ts";
import { type Budget, limitsIn, openBudget } from "./budget.ts";
import { type Estimator, openEstimator } from "./estimator.ts";
import { openExperiences } from "./experience.ts";

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
      budget.requireUnspent(parseAmount(least(profile)), folder.name);
      return null;
    } catch (error) {
      if (!(error instanceof AutodError)) throw error;
      // A model without a price is told of by the first document that asks for it.
      return error.code === "BUDGET_EXHAUSTED" ? error : null;
    }
  };

/** What was spent before this month is asked about by no cap; adding it up would take most of the time. */
function* ofThisMonth(calls: Iterable<BookedCall>): Generator<BookedCall> {
  const now = new Date();
  const begun = new Date(now.getFullYear(), now.getMonth(), 1).getTime();
  for (const call of calls) if (Date.parse(call.at) >= begun) yield call;
}

/** The same as it is seen from outside, beside a running autod too. */
export const allowanceBy =
  (config: Pick<Config, "budget" | "folders" | "prices">, profiles: ReadonlyMap<string, Profile>) =>
  (books: Books): Allowance => {
    const budget = openBudget(limitsIn(config), spendingIn(ofThisMonth(books.calls())));
    const estimator = openEstimator(config.prices, openExperiences([]));
    return openAllowance(budget, estimator, ({ profile }) => profiles.get(profile));
  };
