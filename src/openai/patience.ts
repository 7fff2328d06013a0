import type { Config } from "../config/schema.ts";

type Settings = Pick<Config["profiles"][string], "server" | "serviceTier">;

/** The least that is advised for flex (https://developers.openai.com/api/docs/guides/flex-processing). */
const FLEX = 15 * 60_000;

/** Milliseconds that an answer may take, where a server is given `timeout`: at half price it comes slower. */
export const patienceFor = (
  { serviceTier }: Pick<Settings, "serviceTier">,
  timeout: number,
): number => (serviceTier === "flex" ? Math.max(timeout, FLEX) : timeout);

/** The longest that any profile waits for the server of that name. */
export const longestPatience = (
  name: string,
  profiles: Config["profiles"],
  timeout: number,
): number =>
  Object.values(profiles)
    .filter(({ server }) => server === name)
    .reduce((longest, profile) => Math.max(longest, patienceFor(profile, timeout)), timeout);
