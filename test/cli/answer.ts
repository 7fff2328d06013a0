import { loadConfig } from "../../src/config/load.ts";
import type { Cli, Command, Invocation } from "../../src/cli/command.ts";
import type { Terminal } from "../../src/cli/terminal.ts";
import type { DocumentRecord } from "../../src/store/record.ts";
import { makeHome } from "../helpers/home.ts";
import { seedStore } from "../helpers/seeded-store.ts";

/** A terminal that is only looked at: what would be coloured is in brackets, if asked for. */
export const seen = (width: number, print: (line: string) => void, marks = false): Terminal =>
  ({
    print: (line = "") => print(line),
    style: (style, text) => (marks && style === "yellow" ? `[${text}]` : text),
    width,
  }) satisfies Pick<Terminal, "print" | "style" | "width"> as unknown as Terminal;

interface Look {
  readonly args?: readonly string[];
  readonly width?: number;
  readonly marks?: boolean;
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
  const lines: string[] = [];
  const terminal = seen(width, (line) => lines.push(line), marks);
  const config = () => loadConfig({ flags: { config: home.configFile }, env: {} });
  await command.run({ args, options, cli: { terminal, config } as unknown as Cli });
  return lines.flatMap((line) => line.split("\n"));
}
