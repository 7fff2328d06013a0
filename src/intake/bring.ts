import { randomBytes } from "node:crypto";
import { constants } from "node:fs";
import { open } from "node:fs/promises";
import { basename, dirname, join, sep } from "node:path";
import type { Folder } from "../document.ts";
import { AutodError, isErrno } from "../errors.ts";
import { copy } from "../filing/copy.ts";
import { type Folder as Target, openFolder } from "../filing/folder.ts";
import { syncFolder } from "../sync.ts";
import { land } from "../filing/land.ts";
import type { Regular } from "../filing/regular.ts";
import { sweepParts } from "../filing/sweep.ts";
import { isRefusal, trouble } from "../filing/trouble.ts";
import { fingerprint } from "../fingerprint.ts";
import type { DocumentRecord } from "../store/record.ts";
import { type Addition, became } from "./addition.ts";
import { type Find, unreadable } from "./gather.ts";
import { judgeStats, type Refusal, refusals } from "./judge.ts";
import { isTakenUp } from "./known.ts";
import type { Roots } from "./roots.ts";

/** Where files are brought, and what is known before. */
export interface Bringing {
  readonly folder: Folder;
  readonly roots: Pick<Roots, "require" | "durable" | "hiding">;
  /** By their SHA-256. */
  readonly known: ReadonlyMap<string, DocumentRecord>;
}

/**
 * Copies one file after the other into a folder's inbox, and says what became of each; the files stay as they are.
 *
 * What is known, or came before with the same bytes, isn't copied. A copy is whole and durable before it has
 * its name, which is never another file's. Throws DISK_FULL and FOLDER_MISSING, which concern all files; rejects
 * when aborted, and leaves no half copy then either.
 */
export async function openBringing(
  { folder, roots, known }: Bringing,
  abandoned = ABANDONED,
): Promise<(find: Find, signal: AbortSignal) => Promise<Addition>> {
  const brought = new Map<string, string>();
  await openFolder(folder.inbox, [], roots);
  await sweepParts(folder.inbox, abandoned);

  return async (find, signal) => {
    try {
      const source = await openSource(find.at);
      if (typeof source === "string") return refused(find, source);
      await using _ = source;
      const { sha256 } = await fingerprint(source.handle, signal);
      const first = brought.get(sha256);
      if (first !== undefined) {
        return became(find, "same", { sha256, message: `has the same bytes as ${first}` });
      }
      const record = known.get(sha256);
      if (record && !(await isTakenUp(record, roots))) {
        return became(find, "known", { sha256, record });
      }
      using __ = closedOn(signal, source);
      const copiedTo = await bring(source, { folder, roots }, find, sha256);
      brought.set(sha256, find.name);
      return became(find, "copied", { sha256, copiedTo });
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof AutodError) return refusedFor(find, error);
      if (isErrno(error, "ENAMETOOLONG")) return refused(find, "PATH_TOO_LONG");
      if (isRefusal(error)) return became(find, "refused", unreadable(error));
      throw error;
    }
  };
}

/** A copy that nobody wrote to for so long (milliseconds) is under way no more, by whomever it was made. */
const ABANDONED = 3_600_000;

/** Opened without following or waiting, so that neither a link nor a pipe can lead us astray. */
async function openSource(path: Find["at"]): Promise<Regular | Refusal> {
  await using opening = new AsyncDisposableStack();
  try {
    const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
    const handle = opening.use(await open(path, flags));
    const stats = await handle.stat({ bigint: true });
    // The copy has one name, and lies where the inbox does.
    const single = { isFile: () => stats.isFile(), isSymbolicLink: () => false, nlink: 1n };
    const refusal = judgeStats({ ...single, dev: 0n, size: stats.size }, { dev: 0n });
    if (refusal !== null) return refusal;
    opening.move();
    return { handle, stats, [Symbol.asyncDispose]: () => handle.close() };
  } catch (error) {
    if (isErrno(error, "ELOOP", "EMLINK")) return "SYMBOLIC_LINK";
    if (isErrno(error, "ENXIO", "ENODEV", "EOPNOTSUPP")) return "NO_FILE";
    throw error;
  }
}

/** A file that is closed can't be copied any further. */
function closedOn(signal: AbortSignal, { handle }: Regular): Disposable {
  const close = () => void handle.close();
  signal.addEventListener("abort", close, { once: true });
  return { [Symbol.dispose]: () => signal.removeEventListener("abort", close) };
}

async function bring(
  source: Regular,
  { folder: { inbox, recursive }, roots }: Pick<Bringing, "folder" | "roots">,
  { name, path }: Find,
  sha256: string,
): Promise<string> {
  const inside = dirname(name);
  const folders = recursive && inside !== "." ? inside.split(sep) : [];
  try {
    const folder = await openFolder(inbox, folders, roots);
    const landed = await landCopy(source, folder, basename(name), sha256);
    await syncFolder(folder.path);
    return join(folder.shown, landed);
  } catch (error) {
    if (isErrno(error, "ENAMETOOLONG")) throw error;
    throw await trouble(error, { from: path, root: inbox });
  }
}

/** While it is written it has a hidden name, which no intake takes; gone with the copy's last step. */
async function landCopy(
  source: Regular,
  { path: folder, root: rights }: Target,
  name: string,
  sha256: string,
): Promise<string> {
  const mark = `add-${randomBytes(8).toString("hex")}`;
  await using made = await copy(source, join(folder, `.autod-${mark}.part`), rights, sha256);
  return await land({
    file: made.path,
    folder,
    rights,
    name,
    mark,
    // The mark is this copy's alone, so nobody began to move it before.
    isArrived: () => Promise.resolve(false),
  });
}

const refused = (find: Find, code: Refusal): Addition =>
  became(find, "refused", { code, message: refusals[code] });

function refusedFor(find: Find, error: AutodError): Addition {
  const { code, message } = error;
  if (code === "DISK_FULL" || code === "FOLDER_MISSING") throw error;
  return became(find, "refused", { code, message });
}
