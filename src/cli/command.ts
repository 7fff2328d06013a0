import type { Config } from "../config/schema.ts";
import { escapeJson } from "../unseen.ts";
import type { Terminal } from "./terminal.ts";

/** What every command is handed. */
export interface Cli {
  readonly terminal: Terminal;
  /** Where a person types; null where nobody does. */
  readonly keyboard: NodeJS.ReadStream | null;
  /** What is handed over to be read: a pipe or a file, else the keyboard. */
  readonly input: NodeJS.ReadStream;
  /** Of this autod. */
  readonly version: string;
  /** What the process was started with; the process itself has none of OpenAI's variables any more. */
  readonly env: NodeJS.ProcessEnv;
  /** Aborted when the process is told to stop. */
  readonly signal: AbortSignal;
  /** Is told of a fault that ends the process, just before it does. */
  readonly beforeCrash: (say: (error: unknown) => void) => Disposable;
  /** Is told of each SIGHUP, which without a listener would end the process. */
  readonly onHangUp: (act: () => void) => Disposable;
  /** The configuration that the command line names; `looking` also takes ./autod.yaml. */
  readonly config: (how?: { readonly looking?: boolean }) => Promise<Config>;
}

/** What an option was given: its text, each of several texts, or that it stands there. */
export type Given = string | boolean | readonly string[] | undefined;

export interface Invocation {
  readonly args: readonly string[];
  readonly options: Readonly<Record<string, Given>>;
  readonly cli: Cli;
}

/** A command as data: what help says of it, and what it does. Its `run` gives the exit code. */
export interface Command {
  /** With its arguments: "show <id>". */
  readonly usage: string;
  readonly summary: string;
  /** Each one as it is called, and what it is for. */
  readonly options?: readonly (readonly [flags: string, description: string])[];
  readonly example: string;
  /** Whether a word that begins with a dash may be no option of its own. */
  readonly takesDashes?: boolean;
  readonly run: (invocation: Invocation) => Promise<number>;
}

/** Exit codes (design: the first that applies). */
export const exit = {
  done: 0,
  unwell: 1,
  usage: 2,
  waiting: 69,
  bug: 70,
  locked: 75,
  config: 78,
} as const;

/** Prints what a command found: as JSON where that is asked for, else as lines for eyes. */
export function tell(
  { options, cli: { terminal } }: Invocation,
  facts: unknown,
  linesFor: (terminal: Terminal) => readonly string[],
): void {
  if (options["json"]) terminal.print(escapeJson(JSON.stringify(facts, null, 2)));
  else {
    const lines = linesFor(terminal);
    // At once: a thousand writes of a line each take longer than all else.
    if (lines.length > 0) terminal.print(lines.join("\n"));
  }
}

export const jsonOption = ["--json", "print facts as JSON"] as const;
