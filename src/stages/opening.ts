import type { Profile } from "../openai/profile.ts";
import type { Opening } from "../pdf/inspector.ts";

/** How a profile has PDFs opened, and how much of them is sent. Throws CONFIG_INVALID where that can't be known. */
export type OpeningOf = (profile: Profile) => Promise<Opening>;

/** The passwords of a profile, as they are now. */
type PasswordsOf = (settings: Profile["settings"]) => Promise<readonly string[]>;

export const openingBy =
  (passwordsOf: PasswordsOf): OpeningOf =>
  async ({ settings }) => ({
    passwords: await passwordsOf(settings),
    maxPages: settings.maxPages,
  });
