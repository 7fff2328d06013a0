import { z } from "zod";
import { checkMachine, checkUp } from "../checkup/checkup.ts";
import type { Config } from "../config/schema.ts";
import { AutodError } from "../errors.ts";
import { fault, type Finding, finding } from "../intake/finding.ts";
import { type Cli, type Command, exit, jsonOption, tell } from "./command.ts";
import { findingLines } from "./finding-lines.ts";
import { keysFor } from "./keys.ts";

/** What `doctor --json` prints. */
export const checkup = z.array(finding);

export const doctor: Command = {
  usage: "doctor",
  summary: "Whether all is well, and what to do where it isn't",
  options: [["--notify", "tell you, by the command of notify, that this is a test"], jsonOption],
  example: "autod doctor",

  async run(invocation) {
    const { cli, options } = invocation;
    const findings = await look(cli, Boolean(options["notify"]));
    tell(invocation, findings, (terminal) => findingLines(findings, terminal));
    return findings.some(({ state }) => state === "fault") ? exit.unwell : exit.done;
  },
};

async function look(cli: Cli, tells: boolean): Promise<readonly Finding[]> {
  const config = await settingsOf(cli);
  if (config instanceof AutodError) {
    const { message, hint } = config;
    return [fault("configuration", message, hint), ...(await checkMachine())];
  }
  const { env, signal, version } = cli;
  const keyOf = async (profile: string) => {
    const [[, key] = ["", ""]] = await keysFor(config, [profile], env);
    return key;
  };
  return await checkUp(config, { env, signal, version, keyOf, tells });
}

async function settingsOf({ config }: Cli): Promise<Config | AutodError> {
  try {
    return await config({ looking: true });
  } catch (error) {
    if (error instanceof AutodError) return error;
    throw error;
  }
}
