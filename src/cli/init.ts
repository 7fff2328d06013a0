import { homely } from "../config/homely.ts";
import { checkVacant } from "../config/draft.ts";
import { type Established, establish } from "../config/establish.ts";
import { newPlaces } from "../config/places.ts";
import { AutodError } from "../errors.ts";
import { shellWord } from "../shell-word.ts";
import { calledAs } from "./called.ts";
import { text } from "./choices.ts";
import { type Cli, type Command, exit, type Invocation, jsonOption, tell } from "./command.ts";
import { escapeText } from "./escape.ts";
import { draftOf, type Places, type Plan, planByFlags, planByQuestions } from "./plan.ts";
import type { Terminal } from "./terminal.ts";
import { wrap } from "./wrap.ts";

/** Who gives one of these is asked nothing. */
const answers = [
  ["--yes", "ask nothing: what no flag says is at its default"],
  ["--inbox <folder>", "where PDFs are saved, instead of DIR/Inbox"],
  ["--archive <folder>", "where they are filed, instead of DIR/Archive"],
  ["--quarantine <folder>", "where the unreadable go, instead of DIR/Quarantine"],
  ["--me <names...>", "your name, as letters have it"],
  ["--per-document <usd>", 'the most that a document may cost, or "none"'],
  ["--per-day <usd>", 'the most that a day may cost, or "none"'],
  ["--per-month <usd>", 'the most that a month may cost, or "none"'],
  ["--key-file <file>", "the file that holds the API key"],
  ["--key-stdin", "read the API key from the input, and save it"],
] as const;

/** Nobody is asked about these. */
const besides = [
  ["--model <model>", "the model that reads"],
  ["--base-url <url>", "where the API begins, if it isn't OpenAI's own"],
] as const;

export const init: Command = {
  usage: "init [dir]",
  summary: "Make the folders and a configuration",
  options: [...answers, ...besides, jsonOption],
  example: 'autod init ~/autod --me "Jane Doe" --per-month 10',

  async run(invocation) {
    const { options, cli } = invocation;
    const places = newPlaces(text(options["config"]), cli.env);
    await checkVacant(places.configFile);
    const plan = await decide(invocation, places);
    if (plan === null) return exit.unwell;
    const report = await carryOut(plan, places, cli.env);
    tell(invocation, report, (terminal) => describe(report, places, invocation, terminal));
    return exit.done;
  },
};

/** By questions where somebody is there to answer and no flag does, else by flags; null where it was broken off. */
async function decide(invocation: Invocation, places: Places): Promise<Plan | null> {
  const { options, cli } = invocation;
  const { keyboard, terminal, signal } = cli;
  const isGiven = ([flag]: readonly [string, string]) => options[nameOf(flag)] !== undefined;
  if (keyboard && terminal.screen && !answers.some(isGiven)) {
    return await planByQuestions(invocation, places);
  }
  if (![...answers, ...besides].some(isGiven)) {
    throw new AutodError("ARGUMENT_INVALID", "init asks on a terminal, and here is none", {
      hint: "With flags it asks nothing: autod init --yes takes the defaults, autod help init tells the others.",
    });
  }
  try {
    return await planByFlags(invocation, places);
  } catch (error) {
    if (!signal.aborted) throw error;
    terminal.note("stopped; nothing was written");
    return null;
  }
}

/** "--per-day <usd>" is given as perDay. */
const nameOf = (flag: string): string =>
  flag
    .replace(/^--([\w-]+).*$/, "$1")
    .replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase());

async function carryOut(
  { choices, key, replaces, works }: Plan,
  places: Places,
  env: Cli["env"],
): Promise<Established> {
  const { configFile, keyFile } = places;
  await using draft = await draftOf(choices, places, env);
  const isNew = key !== null && !key.stays;
  const made = await establish(draft, isNew ? { file: keyFile, text: key.text, replaces } : null);
  const { inbox, archive, quarantine, apiKeyFile } = choices;
  return {
    configFile,
    keyFile: isNew || key?.place === keyFile ? keyFile : (apiKeyFile ?? null),
    key: key === null ? "missing" : works ? "works" : "unchecked",
    folders: { inbox, archive, quarantine },
    made,
  };
}

/** What there is now, and what comes next. */
function describe(
  report: Established,
  { keyFile }: Places,
  { options, cli }: Invocation,
  { style, width }: Terminal,
): string[] {
  const { env } = cli;
  const { configFile, folders, made, key } = report;
  const line = (label: string, value: string) => `${style("dim", label.padEnd(13))}  ${value}`;
  const shown = (path: string) => escapeText(homely(path, env));
  const rooms = Object.entries(folders).map(([name, path]) =>
    line(name, `${shown(path)}${made.includes(path) ? "" : " (was there)"}`),
  );
  const first =
    key === "missing" ? `Put your API key into ${shown(keyFile)} (chmod 600 it), then s` : "S";
  const flags = text(options["config"]) === undefined ? "" : ` --config ${shellWord(configFile)}`;
  const command = (words: string) => style("bold", `${calledAs(env)} ${words}${flags}`);
  return [
    ...rooms,
    line("configuration", shown(configFile)),
    line("API key", keyWords(report, shown)),
    "",
    ...wrap(`${first}ave a PDF in ${shown(folders.inbox)}. Then`, width, ""),
    `  take what lies there  ${command("run --once")}`,
    `  or keep watching      ${command("run")}`,
  ];
}

function keyWords({ key, keyFile }: Established, shown: (path: string) => string): string {
  if (key === "missing") return "none yet";
  const place = keyFile === null ? "in the keychain" : shown(keyFile);
  return key === "works" ? place : `${place} (not checked)`;
}
