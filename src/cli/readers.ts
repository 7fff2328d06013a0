import type { Config } from "../config/schema.ts";
import { type Profile, prepareProfile } from "../openai/profile.ts";

/** Every configured profile by its name, made ready: what was blocked is told by what it is now. */
export function readersOf({ profiles }: Pick<Config, "profiles">): ReadonlyMap<string, Profile> {
  const ready = Object.entries(profiles).map(
    ([key, settings]) => [key, prepareProfile(key, settings)] as const,
  );
  return new Map(ready);
}
