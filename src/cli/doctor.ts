import { z } from "zod";
import { requirePasswords } from "../config/passwords.ts";
import { AutodError } from "../errors.ts";
import { checkFolder } from "../intake/noticing/check-folder.ts";
import { checkStore } from "../intake/checkup.ts";
import type { Config } from "../config/schema.ts";
import { fault, type Finding, finding, warning, well } from "../intake/finding.ts";
import { openRoots } from "../intake/roots.ts";
import { askWatching } from "../intake/noticing/watching.ts";
import { tariffOf } from "../money/prices.ts";
import { shutdownHint, shutdownsOf, shutdownWords } from "../money/shutdown.ts";
import { usedProfiles } from "../money/used.ts";
import { readInstance } from "../store/data-dir.ts";
import { type Cli, type Command, exit, jsonOption, tell } from "./command.ts";
import { escapeText } from "./escape.ts";
import type { Terminal } from "./terminal.ts";
import { wrap } from "./wrap.ts";

/** What `doctor --json` prints. */
export const checkup = z.array(finding);

export const doctor: Command = {
  usage: "doctor",
  summary: "Whether all is well, and what to do where it isn't",
  options: [jsonOption],
  example: "autod doctor",

  async run(invocation) {
    const findings = await look(invocation.cli);
    tell(invocation, findings, (terminal) => findings.flatMap((one) => describe(one, terminal)));
    return findings.some(({ state }) => state === "fault") ? exit.unwell : exit.done;
  },
};

async function look(cli: Cli): Promise<Finding[]> {
  const about = "configuration";
  try {
    const config = await cli.config({ looking: true });
    await requirePasswords(config);
    const { file, dataDir } = config;
    const roots = openRoots(config, { remembers: false });
    const instance = await readInstance(dataDir);
    const watchingOf = await askWatching(config.socket);
    const folders = config.folders.map((folder) =>
      checkFolder(folder, { roots, instance, watching: watchingOf(folder.name) }),
    );
    return [
      well(about, file),
      ...checkModels(config),
      ...(await Promise.all(folders)).flat(),
      ...(await checkStore(dataDir, roots)),
    ];
  } catch (error) {
    if (!(error instanceof AutodError)) throw error;
    return [fault(about, error.message, error.hint)];
  }
}

/** Whether what the folders' profiles ask for has a price, and an end that was announced. */
function checkModels(config: Config): Finding[] {
  const about = "models";
  const used = [...new Map(usedProfiles(config).map((one) => [one.model, one])).values()];
  const endings = shutdownsOf(used).map((one) =>
    (one.days > 0 ? warning : fault)(about, shutdownWords(one), shutdownHint),
  );
  const unpriced = used.flatMap((profile) => {
    try {
      tariffOf(profile, config.prices);
      return [];
    } catch (error) {
      if (!(error instanceof AutodError)) throw error;
      return [fault(about, error.message, error.hint)];
    }
  });
  const found = [...unpriced, ...endings];
  const words = `${used.map(({ model }) => model).join(", ")}: the price is known, and no end is announced`;
  return found.length === 0 ? [well(about, words)] : found;
}

const signs = {
  well: ["green", "✓"],
  warning: ["yellow", "!"],
  fault: ["red", "✗"],
} as const satisfies Record<Finding["state"], unknown>;

/** A finding for eyes: a sign, what it is about, how that is; below it what to do. */
export function describe(
  { about, state, message, hint }: Finding,
  { style, width }: Terminal,
): string[] {
  const [colour, sign] = signs[state];
  const indent = " ".repeat(INDENT);
  const lines = message.split("\n").flatMap((line) => wrap(escapeText(line), width, indent));
  const [first = "", ...rest] = lines;
  const head = `${style(colour, sign)} ${about.padEnd(INDENT - 2)}${first.trimStart()}`;
  const help =
    hint === null ? [] : wrap(escapeText(hint), width, indent).map((line) => style("dim", line));
  return [head, ...rest, ...help];
}

/** Columns of the sign and what it is about. */
const INDENT = 16;
