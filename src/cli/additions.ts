import { dirname, relative } from "node:path";
import cliTruncate from "cli-truncate";
import type { Folder } from "../document.ts";
import type { Addition, Named } from "../intake/addition.ts";
import type { DocumentRecord } from "../store/record.ts";
import { escapeText } from "./escape.ts";
import type { Terminal } from "./terminal.ts";
import { waitingWords } from "./waiting-words.ts";
import { cut, widthOf } from "./width.ts";
import { wrap } from "./wrap.ts";

/**
 * Says what became of each file, a line each below one another; trouble may take more than one.
 *
 * On a terminal, many files of which the same is to be said are only counted from some on.
 */
export function linesForAdditions(
  named: readonly Named[],
  folders: readonly Folder[],
  { style, width }: Pick<Terminal, "style" | "width">,
): (addition: Addition) => string[] {
  const widest = named.reduce((most, { name }) => Math.max(most, widthOf(escapeText(name))), 0);
  const isSeen = Number.isFinite(width);
  const room = isSeen ? Math.min(widest, Math.floor(width * 0.3)) : widest;
  const said = new Map<string, number>();

  return (addition) => {
    const { code, verdict } = addition;
    const kind = `${verdict} ${code}`;
    const count = (said.get(kind) ?? 0) + 1;
    said.set(kind, count);
    if (isSeen && count > MANY) {
      return count === MANY + 1 ? [style("dim", "  … more of these are only counted")] : [];
    }
    const [colour, mark] = marks[isReview(addition) ? "review" : verdict];
    // Of a long path the end says most.
    const name = cliTruncate(escapeText(addition.name), room, { position: "start" });
    const indent = " ".repeat(2 + room + 2);
    const head = `${style(colour, mark)} ${name}${" ".repeat(room - widthOf(name))}  `;
    if (verdict === "filed")
      return [head + filing(addition.record, folders, width - indent.length)];
    const words = escapeText(wordsFor(addition, folders));
    const [first = "", ...rest] = wrap(words, width, indent);
    return [head + first.slice(indent.length), ...rest];
  };
}

/** From so many files on of which the same is said, they are counted. */
const MANY = 20;
/** Columns that tell a document from others. */
const LEAST = 24;

const marks = {
  filed: ["green", "✓"],
  review: ["yellow", "?"],
  quarantined: ["red", "✗"],
  waiting: ["yellow", "…"],
  copied: ["green", "+"],
  known: ["blue", "="],
  same: ["blue", "="],
  refused: ["red", "✗"],
  "passed-over": ["dim", "-"],
} as const;

/** What was read and where it was filed; where there is little room, the folder alone, since names repeat what was read. */
function filing(record: DocumentRecord | null, folders: readonly Folder[], room: number): string {
  const { id, status, extraction } = record ?? {};
  const read = [extraction?.issuer, extraction?.title].filter(Boolean).join(" – ");
  const place = placeOf(record, folders);
  const end = (where: string) =>
    escapeText(` → ${where}${status === "review" ? ", to be looked at" : ""}`);
  const words = escapeText(`${id} ${read}`);
  if (widthOf(words + end(place)) <= room) return words + end(place);
  const rest = end(dirname(place));
  return cut(cut(words, Math.max(LEAST, room - widthOf(rest))) + rest, room);
}

const isReview = ({ verdict, record }: Addition): boolean =>
  verdict === "filed" && record?.status === "review";

function wordsFor(addition: Addition, folders: readonly Folder[]): string {
  const { verdict, code, message, record } = addition;
  const why = `${message} (${code})`;
  const id = record === null ? "" : `${record.id} `;
  switch (verdict) {
    case "quarantined":
      return `${id}→ quarantine: ${why}`;
    case "waiting":
      return record?.waiting ? `${id}${waits(record)}` : `waits: ${why}`;
    case "copied":
      return `is in the inbox${copyName(addition, folders)}`;
    case "known":
      return `${id}${record ? standing(record, folders) : ""}`;
    case "same":
      return `${message}`;
    default:
      return why;
  }
}

/** The copy's own name below the inbox, where it isn't the file's. */
function copyName({ copiedTo, name }: Addition, folders: readonly Folder[]): string {
  const place = copiedTo ?? "";
  const inbox = folders.find((folder) => place.startsWith(`${folder.inbox}/`))?.inbox ?? "/";
  const given = relative(inbox, place);
  return given === name ? "" : ` as ${given}`;
}

/** Where a document stands, below the archive of its folder if it is there. */
function placeOf(record: DocumentRecord | null, folders: readonly Folder[]): string {
  const place = record?.filedAs ?? "";
  const archive = folders.find(({ name }) => name === record?.folder)?.archive;
  return archive !== undefined && place.startsWith(`${archive}/`)
    ? relative(archive, place)
    : place;
}

function waits({ waiting, error }: DocumentRecord): string {
  if (!waiting) return "waits";
  const words = waitingWords(waiting.reason, error?.code ?? null, waiting.retryAt);
  return waiting.reason === "retry" ? `waits ${words}` : `waits for ${words}`;
}

/** What is known already, and how it is moved on where it stands still. */
function standing(record: DocumentRecord, folders: readonly Folder[]): string {
  const { id, status, error } = record;
  const again = `autod retry ${id.slice(0, 6)}`;
  switch (status) {
    case "processing":
      return "is in work already";
    case "archived":
      return `is filed already → ${placeOf(record, folders)}`;
    case "review":
      return `is to be looked at → ${placeOf(record, folders)}`;
    case "quarantined":
      return `is in quarantine (${error?.code}); ${again} takes it up again`;
    case "waiting":
      return `${waits(record)}; ${again} ends that`;
    case "undone":
      return `was undone; ${again} files it again`;
  }
}

/** How much was done in all, and what comes next. */
export interface Sum {
  readonly additions: readonly Addition[];
  /** How many files there were. */
  readonly found: number;
  readonly isRunning: boolean;
  readonly isStopped: boolean;
}

/** Counts what became of several files, and says what is left to do. */
export function summariseAdditions(
  { additions, found, isRunning, isStopped }: Sum,
  { style, width }: Pick<Terminal, "style" | "width">,
): string[] {
  const counted = Object.entries(counts).flatMap(([verdict, say]) => {
    const count = additions.filter((one) => one.verdict === verdict).length;
    return count > 0 ? [say(count)] : [];
  });
  const left = found - additions.length;
  const isCopied = additions.some(({ verdict }) => verdict === "copied");
  const parts = [
    found === 0 && !isStopped ? "there are no files" : "",
    found > 1 || isStopped ? counted.join(", ") : "",
    isStopped && left > 0 ? `stopped: ${left} of ${found} files were not copied` : "",
    isStopped && left === 0 ? "stopped" : "",
    isCopied && isRunning ? "autod goes on with what was copied" : "",
    isCopied && !isRunning ? "autod is not running; autod run takes what was copied" : "",
  ];
  return parts
    .filter((part) => part !== "")
    .flatMap((part) => wrap(part, width, ""))
    .map((line) => style("dim", line));
}

const counts: Readonly<Record<Addition["verdict"], (count: number) => string>> = {
  filed: (count) => `${count} filed`,
  quarantined: (count) => `${count} quarantined (autod list --status quarantined)`,
  waiting: (count) => `${count} waiting (autod status)`,
  copied: (count) => `${count} copied`,
  known: (count) => `${count} known already`,
  same: (count) => `${count} the same as another`,
  refused: (count) => `${count} refused`,
  "passed-over": (count) => `${count} passed over`,
};
