import type { Config } from "../config/schema.ts";
import { didYouMean } from "../config/wording.ts";
import { AutodError } from "../errors.ts";
import type { Given } from "./command.ts";

/** The profile that a person named, if they named one; else `otherwise`. Throws ARGUMENT_INVALID. */
export function profileOption(
  given: Given,
  { profiles }: Pick<Config, "profiles">,
  otherwise = "default",
): string {
  const key = typeof given === "string" ? given : otherwise;
  if (typeof given !== "string" || Object.hasOwn(profiles, key)) return key;
  const meant = didYouMean(key, Object.keys(profiles));
  throw new AutodError("ARGUMENT_INVALID", `no profile is called ${key}${meant}`);
}
