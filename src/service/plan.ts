import { loadConfig } from "../config/load.ts";
import { ownHome, ownUser } from "./account.ts";
import { lastingProgram } from "./program.ts";
import type { Plan, Supervisor } from "./supervisor.ts";
import { execWords, valueIn, valuesIn } from "./unit.ts";

/** The Node that would be written down now, and what this process was started with. */
export interface Here {
  readonly node: string;
  readonly env: NodeJS.ProcessEnv;
}

/**
 * What would be installed now in the place of what is: with the autod and the Node of this process, as the same
 * user, with the same configuration and the same keys, for these are a person's to decide. Throws as `loadConfig`.
 */
export async function planAnew(
  installed: string,
  { commandIn, isSystem }: Pick<Supervisor, "commandIn" | "isSystem">,
  { node, env }: Here,
): Promise<Plan> {
  const environment = valuesIn(installed, "Environment");
  const config = await loadConfig({
    flags: { config: configurationIn(commandIn(installed)) },
    env: { HOME: isSystem ? homeIn(environment) : env["HOME"] },
  });
  return {
    program: await lastingProgram(node, env),
    config,
    user: userIn(installed) ?? ownUser,
    environment,
    credentials: valuesIn(installed, "LoadCredential").flatMap(
      (value) => /^(.+)-api-key:/.exec(value)?.[1] ?? [],
    ),
  };
}

/** The file that a command names as its configuration. */
export function configurationIn(words: readonly string[]): string | undefined {
  const at = words.indexOf("--config");
  return at === -1 ? undefined : words[at + 1];
}

/** The user that a unit names. */
export const userIn = (unit: string): string | undefined => valueIn(unit, "User");

function homeIn(environment: readonly string[]): string {
  const homes = environment
    .flatMap((line) => execWords(line))
    .filter((one) => one.startsWith("HOME="));
  return homes[0]?.slice("HOME=".length) ?? ownHome;
}
