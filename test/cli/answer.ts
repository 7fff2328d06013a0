import type { Cli, Command, Invocation } from "../../src/cli/command.ts";
import type { Terminal } from "../../src/cli/terminal.ts";
import type { DocumentRecord } from "../../src/store/record.ts";
import { type Home, makeHome } from "../helpers/home.ts";
import { seedStore } from "../helpers/seeded-store.ts";

/** A terminal that is only looked at: what would be coloured is in brackets, if asked for. */
export const seen = (width: number, print: (line: string) => void, marks = false): Terminal =>
  ({
    print: (line = "") => print(line),
    screen: null,
    style: (style, text) => (marks && style === "yellow" ? `[${text}]` : text),
    width,
  }) satisfies Pick<Terminal, "print" | "screen" | "style" | "width"> as unknown as Terminal;

interface Look {
  readonly args?: readonly string[];
  readonly width?: number;
  readonly marks?: boolean;
  readonly env?: NodeJS.ProcessEnv;
}

/** Asks a command that only looks, in this process, of a store with these records; gives its lines. */
export async function answer(
  command: Command,
  records: readonly DocumentRecord[],
  options: Invocation["options"] = {},
  { args = [], width = Number.POSITIVE_INFINITY, marks = false }: Look = {},
): Promise<string[]> {
  await using home = await makeHome();
  await seedStore(home.config.dataDir, records);
  return await answerIn(home, command, options, { args, width, marks });
}

/** Asks it of a home that is there. */
export async function answerIn(
  home: Home,
  command: Command,
  options: Invocation["options"] = {},
  look: Look = {},
): Promise<string[]> {
  return (await endIn(home, command, options, look)).lines;
}

/** The same of any command, where nobody sits at the keyboard; gives its exit code too. */
export async function endIn(
  { config: settings }: Pick<Home, "config">,
  command: Command,
  options: Invocation["options"] = {},
  { args = [], width = Number.POSITIVE_INFINITY, marks = false, env = {} }: Look = {},
): Promise<{ readonly code: number; readonly lines: string[] }> {
  const lines: string[] = [];
  const terminal = seen(width, (line) => lines.push(line), marks);
  const config = () => Promise.resolve(settings);
  const { signal } = new AbortController();
  const cli = { terminal, config, signal, env } as unknown as Cli;
  const code = await command.run({ args, options, cli });
  return { code, lines: lines.flatMap((line) => line.split("\n")) };
}
