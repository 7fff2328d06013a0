import { basename, relative } from "node:path";
import type { Config } from "../config/schema.ts";
import { escapeText } from "./escape.ts";
import { localTime } from "./local-time.ts";
import type { Terminal } from "./terminal.ts";

interface Line {
  readonly event?: string;
  readonly folder?: string;
  readonly path?: string;
  readonly filedAs?: string;
  readonly original?: string;
  readonly retryAt?: string;
  readonly server?: string;
  readonly profile?: string;
  readonly error?: { readonly code: string; readonly message: string };
}

/** Tells a person what happens, a line for each thing worth telling, from the log as it is written. */
export function narrate(folders: Config["folders"], { print, style }: Terminal) {
  const short = (path: string | undefined) => {
    const folder = folders.find(({ inbox }) => path?.startsWith(`${inbox}/`));
    return escapeText(folder ? relative(folder.inbox, path ?? "") : (path ?? ""));
  };
  const below = (line: Line) => {
    const folder = folders.find(({ name }) => name === line.folder);
    return escapeText(relative(folder?.archive ?? "/", line.filedAs ?? ""));
  };
  const scope = ({ server, profile }: Line) =>
    escapeText(server ? `server ${server}` : `profile ${profile}`);
  const until = ({ retryAt }: Line) => (retryAt ? ` until ${localTime(retryAt)}` : "");
  const why = ({ error }: Line) => escapeText(`${error?.message} (${error?.code})`);

  const sentences: Readonly<Record<string, (line: Line) => string>> = {
    "document.archived": (line) => `${style("green", "✓")} ${short(line.path)} → ${below(line)}`,
    "document.refiled": (line) =>
      `${style("green", "✓")} ${short(line.path)} → ${below(line)} again`,
    "document.review": (line) =>
      `${style("yellow", "?")} ${short(line.path)} → ${below(line)}, to be looked at`,
    "document.quarantined": (line) =>
      `${style("red", "✗")} ${short(line.path)} → quarantine: ${why(line)}`,
    "document.duplicate": (line) =>
      `${style("blue", "=")} ${short(line.path)} has the same bytes as ${escapeText(basename(line.original ?? ""))}`,
    "document.waiting": (line) =>
      `${style("yellow", "…")} ${short(line.path)} waits${until(line)}: ${why(line)}`,
    "account.blocked": (line) => `${style("red", "!")} ${scope(line)} is blocked: ${why(line)}`,
    "account.ok": (line) => `${style("green", "✓")} ${scope(line)} is no longer blocked`,
    "file.ignored": (line) => `${style("dim", "-")} ${short(line.path)} stays: ${why(line)}`,
    "folder.watching": (line) => `watching ${escapeText(line.path ?? "")}`,
    "folder.online": (line) => `${style("green", "✓")} folder ${line.folder} is online again`,
    "folder.offline": (line) =>
      `${style("red", "!")} folder ${line.folder} is offline: ${why(line)}`,
  };
  return (text: string): void => {
    const line = JSON.parse(text) as Line;
    const sentence = sentences[line.event ?? ""];
    if (sentence) print(sentence(line));
  };
}
