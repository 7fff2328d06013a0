import { z } from "zod";
import { checkMachine, checkUp } from "../checkup/checkup.ts";
import type { Config } from "../config/schema.ts";
import { AutodError } from "../errors.ts";
import { fault, type Finding, finding } from "../intake/finding.ts";
import { type Cli, type Command, exit, jsonOption, tell } from "./command.ts";
import { escapeText } from "./escape.ts";
import { keysFor } from "./keys.ts";
import type { Terminal } from "./terminal.ts";
import { widthOf } from "./width.ts";
import { wrap } from "./wrap.ts";

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
    tell(invocation, findings, (terminal) => describe(findings, terminal));
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

const signs = {
  well: ["green", "✓"],
  warning: ["yellow", "!"],
  fault: ["red", "✗"],
} as const satisfies Record<Finding["state"], unknown>;

/** A sign, what it is about, how that is; below it what to do. */
function describe(findings: readonly Finding[], { style, width }: Terminal): string[] {
  const widths = findings.map(({ about }) => widthOf(escapeText(about)));
  const column = Math.max(...widths.filter((columns) => columns <= LONGEST)) + GAP;
  // Beside a long name there would be no room.
  const isNarrow = width - column < NARROW;
  const indent = " ".repeat(isNarrow ? 2 : column);
  return findings.flatMap(({ about, state, message, hint }) => {
    const [colour, sign] = signs[state];
    const name = escapeText(about);
    const head = `${style(colour, sign)} ${name}`;
    const lines = message.split("\n").flatMap((line) => wrap(escapeText(line), width, indent));
    const help = hint === null ? [] : wrap(escapeText(hint), width, indent);
    const below = help.map((line) => style("dim", line));
    const room = column - 2 - widthOf(name);
    if (isNarrow || room < 1) return [head, ...lines, ...below];
    const [first = "", ...rest] = lines;
    return [head + " ".repeat(room) + first.trimStart(), ...rest, ...below];
  });
}

/** Columns of what it is about; what is longer stands on a line of its own. */
const LONGEST = 20;
/** Columns of the sign, and between the columns. */
const GAP = 4;
/** Columns. */
const NARROW = 30;
