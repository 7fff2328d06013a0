import { inspect } from "node:util";
import { type AutodError, errorIn } from "../errors.ts";
import { exit } from "./command.ts";
import { escapeText } from "./escape.ts";
import type { Terminal } from "./terminal.ts";
import { wrap } from "./wrap.ts";

/**
 * Tells a person what ended a command, and gives the exit code: what happened on a line, then what can be
 * done about it. Where in the code it happened is for those who ask for it.
 */
export function complain(error: unknown, terminal: Terminal, debug: boolean): number {
  const { note, styleNote, screen } = terminal;
  // What was asked for may go elsewhere than what is said beside it.
  const width = screen ? (screen.columns ?? 80) : Number.POSITIVE_INFINITY;
  const known = errorIn(error);
  // A message may name a file; of a configuration it has a line for each fault.
  const faults = known.message.split("\n").map(escapeText);
  for (const [index, fault] of faults.entries()) {
    const code = index < faults.length - 1 ? "" : ` ${styleNote("dim", `(${known.code})`)}`;
    const said = `${styleNote("red", "autod:")} ${fault}${code}`;
    const lines = wrap(said, width, "  ");
    for (const [at, line] of lines.entries()) note(at === 0 ? line.trimStart() : line);
  }
  for (const line of wrap(escapeText(known.hint), width, "  ")) note(line);
  const origin = known.code === "INTERNAL" ? (known.cause ?? known) : known;
  const stack = debug ? inspect(origin).split("\n") : [];
  for (const line of stack) note(styleNote("dim", escapeText(line)));
  return codeOf(known);
}

function codeOf({ code, kind }: AutodError): number {
  if (code === "INTERNAL") return exit.bug;
  switch (kind) {
    case "config":
      return exit.config;
    case "locked":
      return exit.locked;
    case "usage":
      return exit.usage;
    default:
      return exit.unwell;
  }
}
