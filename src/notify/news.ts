import { basename } from "node:path";
import { errorCodes } from "../errors.ts";
import type { LoggedError, LogLine } from "../log.ts";
import type { Notification, Occasion } from "./notification.ts";

/** One thing that a person needs to know. */
export interface News extends Pick<Notification, "folder" | "path" | "id" | "error"> {
  readonly occasion: Exclude<Occasion, "summary" | "test">;
  /** The document, the folder or the server that it is about. */
  readonly name: string;
  /** What is in trouble until a line says that it is over; null where it just happened. */
  readonly trouble: string | null;
  /** Whether nothing comes after it. */
  readonly isLast: boolean;
}

/** Troubles that are over, if there were any. */
export interface Relief {
  readonly over: readonly string[];
}

/** What a line of the log says to a person; null where it is of no concern. Throws where it is no JSON. */
export function newsIn(text: string): News | Relief | null {
  const line = JSON.parse(text) as LogLine;
  const known = readers[line.event ?? line.msg ?? ""]?.(line) ?? null;
  const isDamage = line.level === "error" && line.error?.code === "STORE_DAMAGED";
  return known ?? (isDamage ? told("fault", "the store", line) : null);
}

const readers: Readonly<Record<string, (line: LogLine) => News | Relief | null>> = {
  "document.quarantined": (line) => told("quarantine", document(line), line),
  "document.review": (line) => told("review", document(line), line),
  "account.blocked": (line) => told("blocked", scope(line), line, scope(line)),
  "account.ok": (line) => ({ over: [scope(line)] }),
  "budget.exhausted": (line) => told("budget", folder(line), line, budget(line)),
  "folder.offline": (line) => told("offline", folder(line), line, folder(line)),
  "folder.online": (line) => ({ over: [folder(line)] }),
  "no room: nothing is taken": (line) => told("offline", folder(line), line, folder(line)),
  // Of both: the log doesn't say which of them it was.
  "there is room again": (line) => ({ over: [folder(line), budget(line)] }),
  "daemon.stopped": (line) =>
    line.level === "fatal" ? { ...told("fault", "autod", line), isLast: true } : null,
};

const document = ({ path, filedAs }: LogLine): string => basename(path ?? filedAs ?? "");
const folder = ({ folder: name }: LogLine): string => `folder ${name}`;
const budget = (line: LogLine): string => `budget of ${folder(line)}`;
const scope = ({ server, profile }: LogLine): string =>
  server === undefined ? `profile ${profile}` : `server ${server}`;

function told(
  occasion: News["occasion"],
  name: string,
  line: LogLine,
  trouble: string | null = null,
): News {
  const { folder: inFolder = null, path = null, id = null, error, err } = line;
  return {
    occasion,
    name,
    trouble,
    isLast: false,
    folder: inFolder,
    path,
    id,
    error: meant(error ?? err, id, err ? "INTERNAL" : "UNKNOWN"),
  };
}

/** What a line says of an error, with what can be done about it. */
function meant(said: LoggedError | undefined, id: string | null, otherwise: string): News["error"] {
  if (said === undefined) return null;
  const { message = "" } = said;
  const code = said.code !== undefined && isKnown(said.code) ? said.code : otherwise;
  if (!isKnown(code)) return { code: said.code ?? code, message, hint: null };
  // What it says is for a store that can't be opened.
  if (code === "STORE_DAMAGED") return { code, message, hint: "autod doctor says what to do." };
  const { hint } = errorCodes[code];
  return { code, message, hint: id === null ? hint : hint.replaceAll("retry ID", `retry ${id}`) };
}

const isKnown = (code: string): code is keyof typeof errorCodes => Object.hasOwn(errorCodes, code);
