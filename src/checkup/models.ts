import type { Config } from "../config/schema.ts";
import { AutodError } from "../errors.ts";
import { fault, type Finding, warning, well } from "../intake/finding.ts";
import { tariffOf } from "../money/prices.ts";
import { shutdownHint, shutdownsOf, shutdownWords } from "../money/shutdown.ts";
import { usedProfiles } from "../money/used.ts";

/** Whether what the folders' profiles ask for has a price, and an end that was announced. */
export function checkModels(config: Config): readonly Finding[] {
  const about = "models";
  const used = [...new Map(usedProfiles(config).map((one) => [one.model, one])).values()];
  const endings = shutdownsOf(used).map((one) =>
    (one.days > 0 ? warning : fault)(about, shutdownWords(one), shutdownHint),
  );
  const unpriced = used.flatMap((profile) => {
    try {
      tariffOf(profile, config.prices);
      return [];
    } catch (error) {
      if (!(error instanceof AutodError)) throw error;
      return [fault(about, error.message, error.hint)];
    }
  });
  const found = [...unpriced, ...endings];
  const words = `${used.map(({ model }) => model).join(", ")}: the price is known, and no end is announced`;
  return found.length === 0 ? [well(about, words)] : found;
}
