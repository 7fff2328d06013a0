import type { Config } from "../config/schema.ts";
import { blocksIn } from "../intake/blocked.ts";
import { fault, type Finding } from "../intake/finding.ts";
import { prepareProfiles } from "../openai/profile.ts";
import type { Records } from "./records.ts";

/** What a person has to put right before a server or a profile reads anything more; nothing where nothing is. */
export async function checkBlocks(
  { profiles }: Pick<Config, "profiles">,
  records: Records,
): Promise<readonly Finding[]> {
  const blocks = blocksIn(await records(), prepareProfiles(profiles));
  return blocks.map(({ scope, name, code, message, hint }) =>
    fault(`${scope} ${name}`, `is blocked: ${message} (${code})`, hint),
  );
}
