import { isUtf8 } from "node:buffer";
import type { Dirent } from "node:fs";
import { opendir } from "node:fs/promises";
import { join, sep } from "node:path";
import { isErrno } from "../errors.ts";

/** A file as it was found in an inbox. */
export interface Spot {
  /** Its path below the inbox, printable: bytes that are no UTF-8 stand as %E9. */
  readonly relative: string;
  /** What the system knows it by: a Buffer only where the name is no UTF-8. */
  readonly path: string | Buffer;
}

/** The file at a path below an inbox whose name is plain. */
export const spotAt = (inbox: string, relative: string): Spot => ({
  relative,
  path: join(inbox, relative),
});

/** Every file below an inbox, or below one of its folders; hidden folders are not entered, links not followed. */
export async function* listInbox(inbox: string, below = ""): AsyncGenerator<Spot> {
  yield* filesIn(spotAt(inbox, below), () => true);
}

/** The files of one folder whose names are no UTF-8, and all that lie in folders of such names. */
export async function* listUnspelt(inbox: string, below = ""): AsyncGenerator<Spot> {
  for await (const spot of filesIn(spotAt(inbox, below), isUnspelt)) {
    if (isUnspelt(spot)) yield spot;
  }
}

/** Whether a file, or a folder above it, has a name that is no UTF-8. */
export const isUnspelt = ({ path }: Spot): boolean => typeof path !== "string";

async function* filesIn(
  folder: Spot,
  enters: (folder: Spot) => boolean,
): AsyncGenerator<Spot, void, undefined> {
  let entries;
  try {
    entries = await openNames(folder.path);
  } catch (error) {
    // A sub-folder may go at any time, or be closed to us; what is in it can't be taken now.
    const isClosed = isErrno(error, "ENOENT", "ENOTDIR", "EACCES", "EPERM", "ENAMETOOLONG");
    if (folder.relative !== "" && isClosed) return;
    throw error;
  }
  for await (const entry of entries) {
    const spot = spotIn(folder, entry.name);
    if (!entry.isDirectory()) yield spot;
    else if (entry.name[0] !== dot && enters(spot)) yield* filesIn(spot, enters);
  }
}

const dot = ".".charCodeAt(0);

/** Opens a folder for its names as bytes: as text, those that are no UTF-8 would lead nowhere. */
async function openNames(path: string | Buffer): Promise<AsyncIterable<Dirent<Buffer>>> {
  // Node takes "buffer" here as it does elsewhere; its types don't say so.
  const folder: unknown = await opendir(path, { encoding: "buffer" as never });
  return folder as AsyncIterable<Dirent<Buffer>>;
}

function spotIn({ relative, path }: Spot, name: Buffer): Spot {
  const below = join(relative, printable(name));
  if (typeof path === "string" && isUtf8(name)) {
    return { relative: below, path: join(path, name.toString()) };
  }
  const folder = typeof path === "string" ? Buffer.from(path) : path;
  return { relative: below, path: Buffer.concat([folder, Buffer.from(sep), name]) };
}

function printable(name: Buffer): string {
  if (isUtf8(name)) return name.toString();
  let text = "";
  for (let at = 0; at < name.length;) {
    const character = characterAt(name, at);
    text += character?.toString() ?? `%${name.toString("hex", at, at + 1).toUpperCase()}`;
    at += character?.length ?? 1;
  }
  return text;
}

/** A part of a character is no UTF-8, so the shortest piece that is some is one character. */
const characterAt = (name: Buffer, at: number): Buffer | undefined =>
  [1, 2, 3, 4].map((length) => name.subarray(at, at + length)).find((piece) => isUtf8(piece));
