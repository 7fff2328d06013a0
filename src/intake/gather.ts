import { lstat, realpath } from "node:fs/promises";
import { basename, dirname, join, sep } from "node:path";
import type { Folder } from "../document.ts";
import { isRefusal } from "../filing/trouble.ts";
import { type Addition, became, type Named } from "./addition.ts";
import { judgeName, refusals } from "./judge.ts";
import { listInbox, type Spot } from "./list.ts";

/** A file with the name of a PDF that is no folder's yet. */
export interface Find extends Named {
  /** What the system knows it by. */
  readonly at: Spot["path"];
}

/**
 * Every file at an absolute path, or below it where that is a folder; or why it isn't to be brought in.
 *
 * Links are not followed, hidden folders not entered. What is named itself is refused; what is only found in a
 * folder, and is no PDF or watched already, is passed over.
 */
export async function* gather(
  path: string,
  folders: readonly Folder[],
): AsyncGenerator<Find | Addition> {
  const named = { path, name: basename(path) };
  const roots = await rootsOf(folders);
  try {
    const stats = await lstat(path);
    // Only the last name of the path may not be a link.
    const real = join(await realpath(dirname(path)), basename(path));
    const refused = reasonAgainst(real, roots);
    if (refused) yield became(named, "refused", refused);
    else if (stats.isDirectory()) yield* below(path, real, roots);
    else if (stats.isSymbolicLink()) yield became(named, "refused", link);
    else yield judged({ ...named, at: path }, "refused");
  } catch (error) {
    if (!isRefusal(error)) throw error;
    yield became(named, "refused", unreadable(error));
  }
}

/**
 * The same of several absolute paths, by path, since what is named twice is one file; in the order of their names
 * below what was named. A stop ends it early.
 */
export async function gatherAll(
  paths: readonly string[],
  folders: readonly Folder[],
  signal: AbortSignal,
): Promise<Map<string, Find | Addition>> {
  const found = new Map<string, Find | Addition>();
  for (const path of paths) {
    const inside: (Find | Addition)[] = [];
    for await (const one of gather(path, folders)) {
      if (signal.aborted) return found;
      inside.push(one);
    }
    for (const one of inside.toSorted(byName)) found.set(one.path, one);
  }
  return found;
}

const { compare } = new Intl.Collator("en", { numeric: true });

/** In the order that a person would put names in: "scan2" before "scan10". */
export const byName = (one: Named, other: Named): number => compare(one.name, other.name);

/** Why the system doesn't let a file be read. */
export function unreadable({ code = "" }: NodeJS.ErrnoException) {
  return code === "ENOENT" || code === "ENOTDIR"
    ? { code: "FILE_MISSING", message: "there is no such file" }
    : { code: "UNREADABLE", message: `it can't be read (${code})` };
}

const link = { code: "SYMBOLIC_LINK", message: refusals.SYMBOLIC_LINK };

interface Root {
  readonly real: string;
  readonly label: string;
}

/** The places of which autod knows what lies there; one that is away holds nothing. */
async function rootsOf(folders: readonly Folder[]): Promise<Root[]> {
  const places = folders.flatMap((folder) =>
    (["inbox", "archive", "quarantine"] as const).map(async (root) => {
      const real = await realpath(folder[root]).catch(() => null);
      return real === null ? [] : [{ real, label: `the ${root} of folder ${folder.name}` }];
    }),
  );
  return (await Promise.all(places)).flat();
}

function reasonAgainst(
  real: string,
  roots: readonly Root[],
): Pick<Addition, "code" | "message"> | undefined {
  const root = roots.find((one) => real === one.real || real.startsWith(one.real + sep));
  return root && { code: "WATCHED", message: `it lies in ${root.label} already` };
}

async function* below(top: string, real: string, roots: readonly Root[]) {
  for await (const { relative: name, path: at } of listInbox(top)) {
    const find: Find = { path: join(top, name), name, at };
    const refused = reasonAgainst(join(real, name), roots);
    yield refused ? became(find, "passed-over", refused) : judged(find, "passed-over");
  }
}

function judged(find: Find, verdict: "refused" | "passed-over"): Find | Addition {
  const code = judgeName(find.name, true);
  return code === null ? find : became(find, verdict, { code, message: refusals[code] });
}
