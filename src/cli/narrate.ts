import { basename, relative } from "node:path";
import type { Config } from "../config/schema.ts";
import { errorCodes } from "../errors.ts";
import type { LogLine } from "../log.ts";
import { escapeText } from "./escape.ts";
import { localTime } from "./local-time.ts";
import { noRepeats } from "./repeats.ts";
import type { Terminal } from "./terminal.ts";
import { wrap } from "./wrap.ts";

/**
 * Tells a person what happens, a line for each thing worth telling, from the log as it is written.
 *
 * What many files meet is told in full of the first, in short of a few more, and then counted. What can be
 * done about a trouble stands on a line of its own, the first time.
 */
export function narrate(
  folders: Config["folders"],
  { print, style, width }: Pick<Terminal, "print" | "style" | "width">,
) {
  const told = noRepeats();

  const short = ({ path }: LogLine) => {
    const folder = folders.find(({ inbox }) => path?.startsWith(`${inbox}/`));
    return escapeText(folder ? relative(folder.inbox, path ?? "") : (path ?? ""));
  };
  const below = (line: LogLine) => {
    const folder = folders.find(({ name }) => name === line.folder);
    return escapeText(relative(folder?.archive ?? "/", line.filedAs ?? ""));
  };
  const scope = ({ server, profile }: LogLine) =>
    escapeText(server ? `server ${server}` : `profile ${profile}`);
  const folder = (line: LogLine) => escapeText(`folder ${line.folder}`);
  const like = ({ possibleDuplicateOf: twin }: LogLine) =>
    twin === undefined ? "" : style("yellow", `, looks like document ${escapeText(twin)}`);
  const until = ({ retryAt }: LogLine) => (retryAt ? ` until ${localTime(retryAt)}` : "");
  const code = ({ error }: LogLine) => escapeText(`(${error?.code})`);
  const why = (line: LogLine) => `${escapeText(`${line.error?.message}`)} ${code(line)}`;
  const [good, bad, open] = [style("green", "✓"), style("red", "!"), style("yellow", "…")];

  const count = ({ time }: LogLine, what: string) => told.count(what, time);
  /** A trouble that is over is told in full when it comes again. */
  const over = (sentence: string) => {
    told.forget();
    return sentence;
  };
  /** Several files: what is said of the first, of a few more, and of how many. */
  const ofMany = (line: LogLine, first: string, next: string, many: (files: number) => string) => {
    const files = count(line, `${line.event} ${line.error?.code}`);
    if (files === 1) return first;
    if (files < MANY) return next;
    return isRound(files) ? many(files) : null;
  };

  const sentences: Readonly<Record<string, (line: LogLine) => string | null>> = {
    "document.archived": (line) => `${good} ${short(line)} → ${below(line)}${like(line)}`,
    "document.refiled": (line) => `${good} ${short(line)} → ${below(line)} again`,
    "document.review": (line) =>
      `${style("yellow", "?")} ${short(line)} → ${below(line)}, to be looked at: ${why(line)}`,
    "document.quarantined": (line) =>
      `${style("red", "✗")} ${short(line)} → quarantine: ${why(line)}`,
    "document.duplicate": (line) =>
      `${style("blue", "=")} ${short(line)} has the same bytes as ${escapeText(basename(line.original ?? ""))}`,
    "document.waiting": (line) =>
      ofMany(
        line,
        `${open} ${short(line)} waits${until(line)}: ${why(line)}`,
        `${open} ${short(line)} waits${until(line)} ${code(line)}`,
        (files) => `${open} ${files} files were put off by now ${code(line)}`,
      ),
    "account.blocked": (line) => {
      // What the documents met is said here already.
      count(line, `document.waiting ${line.error?.code}`);
      return `${bad} ${scope(line)} is blocked: ${why(line)}`;
    },
    "account.ok": (line) => over(`${good} ${scope(line)} is no longer blocked`),
    "server left alone for a while": (line) => {
      count(line, `document.waiting ${line.error?.code}`);
      return `${bad} ${scope(line)} is left alone for a while: ${why(line)}`;
    },
    "server answers again": (line) => over(`${good} ${scope(line)} answers again`),
    "file.ignored": (line) =>
      ofMany(
        line,
        `${style("dim", "-")} ${short(line)} stays: ${why(line)}`,
        `${style("dim", "-")} ${short(line)} stays ${code(line)}`,
        (files) => `${style("dim", "-")} ${files} files stayed by now ${code(line)}`,
      ),
    "settings read anew": () => over(`${good} the configuration was read anew`),
    "folder.watching": (line) => `watching ${escapeText(line.path ?? "")}`,
    "folder.polling": (line) =>
      `looking into ${escapeText(line.path ?? "")} again and again: ${escapeText(line.reason ?? "")}`,
    "rescan.found": (line) =>
      `${bad} ${folder(line)}: ${line.files === 1 ? "a file was" : `${line.files} files were`} found that the system had not told of`,
    "folder.online": (line) => over(`${good} ${folder(line)} is online again`),
    "folder.offline": (line) => `${bad} ${folder(line)} is offline: ${why(line)}`,
  };
  const sentenceFor = (line: LogLine): string | null => {
    const known = sentences[line.event ?? line.msg ?? ""];
    if (known) return known(line);
    const isTrouble = line.level === "error" && line.error !== undefined;
    return isTrouble ? `${bad} ${escapeText(line.msg ?? "")}: ${why(line)}` : null;
  };

  return (text: string): void => {
    const line = JSON.parse(text) as LogLine;
    const sentence = sentenceFor(line);
    const hint = hintFor(line);
    const isNews = hint !== null && count(line, hint) === 1;
    if (sentence === null) return;
    print(sentence);
    if (!isNews) return;
    for (const part of wrap(hint, width, "  ")) print(style("dim", part));
  };
}

/** From so many files on that meet the same, they are counted. */
const MANY = 10;

const isRound = (files: number): boolean => /^10+$/.test(`${files}`);

/** What can be done about a trouble; of one that is over the log tells the code too. */
function hintFor({ level, error }: LogLine): string | null {
  const code = error?.code ?? "";
  if (level === "info" || !Object.hasOwn(errorCodes, code)) return null;
  return errorCodes[code as keyof typeof errorCodes].hint;
}
