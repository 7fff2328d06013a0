import type { Config } from "../config/schema.ts";

/** The profiles that folders name: those beside them ask nothing, and cost nothing. */
export const usedProfiles = ({
  folders,
  profiles,
}: Pick<Config, "folders" | "profiles">): readonly Config["profiles"][string][] =>
  [...new Set(folders.map(({ profile }) => profile))].flatMap((name) => profiles[name] ?? []);
