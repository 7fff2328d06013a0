import { join, resolve } from "node:path";
import envPaths from "env-paths";

/** Where a new configuration and a new key belong: where they will be looked for first. */
export function newPlaces(flag: string | undefined, env: NodeJS.ProcessEnv) {
  const { config } = envPaths("autod", { suffix: "" });
  return {
    configFile: resolve(flag || env["AUTOD_CONFIG"] || join(config, "autod.yaml")),
    keyFile: join(config, "openai-key"),
  } as const;
}
