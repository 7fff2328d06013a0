import { catalogueOf } from "../catalogue/catalogue.ts";
import type { Config } from "../config/schema.ts";
import type { Profile } from "../openai/profile.ts";
import { hintsFor } from "../openai/prompt.ts";
import type { DocumentRecord } from "../store/record.ts";

/** What each profile's server would be told of earlier documents now. */
export function hintsFrom(
  records: readonly DocumentRecord[],
  profiles: Config["profiles"],
): (profile: Profile) => string {
  const { knownTo } = catalogueOf(records, (key) => profiles[key]?.server);
  return ({ settings }) => hintsFor(knownTo(settings.server));
}
