import { CommanderError, Command as Commander } from "commander";
import { loadConfig } from "../config/load.ts";
import { AutodError, errorCodes } from "../errors.ts";
import type { Flags } from "../config/override.ts";
import { type Cli, type Command, exit, type Given } from "./command.ts";
import { headings } from "./commands.ts";
import { escapeText } from "./escape.ts";
import type { Terminal } from "./terminal.ts";

/** What the process hands over. */
export type Surroundings = Omit<Cli, "config">;

/** Runs a command line and gives its exit code; what it throws is for `complain`. */
export async function runCommandLine(
  words: readonly string[],
  surroundings: Surroundings,
): Promise<number> {
  const { terminal, version } = surroundings;
  let code: number = exit.done;
  const wanted = await load((words[0] === "help" ? words[1] : words[0]) ?? "");
  const program = new Commander("autod")
    .description(
      "Reads the PDFs that are saved into a folder, and files them under the right name.",
    )
    .version(version, "-V, --version", "print the version")
    .option("--debug", "of an error, tell where in the code it happened")
    .helpOption("-h, --help", "print this help")
    .commandsGroup("To look:")
    .helpCommand("help [command]", "What a command does, with an example")
    // The options of each stand in its own help; here they would leave no room for what it does.
    .configureHelp({ subcommandTerm: (command) => usageOf(command.name(), wanted) })
    .configureOutput({
      writeOut: (text) => terminal.print(text.trimEnd()),
      writeErr: (text) => terminal.note(text.trimEnd()),
      outputError: (text, write) =>
        write(usageError(text, "autod help lists the commands.", terminal)),
    })
    .showSuggestionAfterError()
    .exitOverride();
  for (const command of wanted) {
    addCommand(program, command, surroundings, (given) => {
      code = given;
    });
  }
  try {
    await program.parseAsync(heard(words, program), { from: "user" });
    return code;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? exit.done : exit.usage;
  }
}

/**
 * Commander's own complaints, in the words and the shape of ours: what is wrong on a line, then what can be done.
 */
function usageError(text: string, otherwise: string, { styleNote }: Terminal): string {
  const [, what = "", meant] = /^(?:error: )?(.*?)(?:\n\((.*)\))?$/s.exec(text.trim()) ?? [];
  const line = `${styleNote("red", "autod:")} ${escapeText(what)}`;
  return `${line}\n  ${meant ?? otherwise}`;
}

/** Asked for the help of a command that isn't there, Commander prints all there is; of the command itself it complains. */
function heard(words: readonly string[], { commands }: Commander): readonly string[] {
  const [first, second] = words;
  const isAmiss = second !== undefined && !commands.some((one) => one.name() === second);
  return first === "help" && isAmiss ? [second] : words;
}

/** The command that is named; all of them where help or a suggestion needs them. */
async function load(word: string): Promise<readonly Known[]> {
  const all = Object.entries(headings).flatMap(([heading, below]) =>
    Object.entries(below).map(([name, fetch]) => ({ name, heading, fetch })),
  );
  const named = all.filter(({ name }) => name === word);
  return await Promise.all(
    (named.length > 0 ? named : all).map(async ({ heading, fetch }) => ({
      heading,
      ...(await fetch()),
    })),
  );
}

/** A command, and what it stands below in help. */
type Known = Command & { readonly heading: string };

const usageOf = (name: string, known: readonly Known[]): string =>
  known.find(({ usage }) => usage.split(" ")[0] === name)?.usage ?? "help [command]";

function addCommand(
  program: Commander,
  { usage, summary, options = [], example, heading, takesDashes = false, run: act }: Known,
  surroundings: Surroundings,
  settle: (code: number) => void,
): void {
  const [name = ""] = usage.split(" ");
  const added = program
    .command(usage)
    .helpGroup(`${heading}:`)
    .summary(summary)
    .description(`${summary}.`)
    .option("--config <file>", "the configuration file")
    .option("--data-dir <folder>", "where the store lies, instead of dataDir")
    .option("--debug", "of an error, tell where in the code it happened")
    .allowUnknownOption(takesDashes)
    .configureOutput({
      outputError: (text, write) => write(usageError(text, helpOf(name), surroundings.terminal)),
    })
    .addHelpText("after", `\nExample:\n  $ ${example}`);
  for (const [flags, description] of options) added.option(flags, description);
  added.action(async () => {
    const given = added.opts<Record<string, Given>>();
    const flags = flagsFrom(given);
    const cli: Cli = {
      ...surroundings,
      config: (how) => loadConfig({ ...how, flags, env: surroundings.env }),
    };
    try {
      settle(await act({ args: added.args, options: given, cli }));
    } catch (error) {
      throw withHelp(error, name);
    }
  });
}

/** Where nothing better is known than the command's help, it is named. */
function withHelp(error: unknown, command: string): unknown {
  if (!(error instanceof AutodError) || error.hint !== errorCodes.ARGUMENT_INVALID.hint)
    return error;
  const { code, message } = error;
  return new AutodError(code, message, { cause: error, hint: helpOf(command) });
}

const helpOf = (command: string): string =>
  errorCodes.ARGUMENT_INVALID.hint.replace("COMMAND", command);

function flagsFrom(given: Readonly<Record<string, Given>>): Flags {
  const text = (name: string) => (typeof given[name] === "string" ? given[name] : undefined);
  const concurrency = text("concurrency");
  return {
    config: text("config"),
    dataDir: text("dataDir"),
    logLevel: text("logLevel"),
    // The configuration's own check says what is wrong with it.
    concurrency: /^\d+$/.test(concurrency ?? "") ? Number(concurrency) : concurrency,
  };
}
