import { styleText } from "node:util";

type Style = Parameters<typeof styleText>[0];

/** Where a command prints. */
export interface Terminal {
  /** Prints a line of what was asked for. */
  readonly print: (line?: string) => void;
  /** Where `print` goes: for what is too long to wait in memory until it is read. */
  readonly output: NodeJS.WriteStream;
  /** Prints a line beside it: progress, warnings, errors. */
  readonly note: (line?: string) => void;
  /** Colours text that goes to `print`, where colours are wanted. */
  readonly style: (style: Style, text: string) => string;
  /** Colours text that goes to `note`. */
  readonly styleNote: (style: Style, text: string) => string;
  /** Columns of a line; no limit where nobody is looking. */
  readonly width: number;
  /** The stream beside what was asked for, if a person sees it: for questions and progress bars. */
  readonly screen: NodeJS.WriteStream | null;
}

/** A terminal on the two streams. Colours follow the stream's own abilities and NO_COLOR. */
export function openTerminal(stdout: NodeJS.WriteStream, stderr: NodeJS.WriteStream): Terminal {
  // A reader that has seen enough ("| head") is no error.
  for (const stream of [stdout, stderr]) stream.on("error", () => undefined);
  return {
    print: (line = "") => void stdout.write(`${line}\n`),
    output: stdout,
    note: (line = "") => void stderr.write(`${line}\n`),
    style: (style, text) => styleText(style, text, { stream: stdout }),
    styleNote: (style, text) => styleText(style, text, { stream: stderr }),
    width: stdout.isTTY ? (stdout.columns ?? 80) : Number.POSITIVE_INFINITY,
    screen: stderr.isTTY ? stderr : null,
  };
}
