import { constants } from "node:fs";
import { lstat, open, rename, rm, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { isErrno } from "../errors.ts";
import { place } from "../filing/place.ts";
import { openOwnFolder, ownFolderOf } from "./own-folder.ts";

/** How long an inbox stays taken by who isn't heard of, in milliseconds. */
const HELD = 15 * 60_000;

const occupant = z.object({
  instance: z.string(),
  host: z.string(),
  refreshedAt: z.iso.datetime(),
});

/** Who works in an inbox, and when it last said so. */
export type Occupant = Readonly<z.infer<typeof occupant>>;

/**
 * Takes an inbox for this instance on this host for 15 minutes, or says who has it; throws what the disk says.
 *
 * Of those who want a free one at the same time, one gets it. Of those who want one that was given up, more
 * than one may think so until they refresh it: each has a staging of its own, so no file is taken twice.
 */
export async function occupy(
  inbox: string,
  instance: string,
  now: () => number = Date.now,
): Promise<Occupant | null> {
  const file = fileIn(await openOwnFolder(inbox));
  const time = now();
  const us = { instance, host: hostname(), refreshedAt: new Date(time).toISOString() };
  const holder = await readHolder(file);
  if (isOther(holder, us, time)) return holder;

  await write(file, us, holder === null);
  const written = await readHolder(file);
  return written && !isSame(written, us) ? written : null;
}

/** Who else works in an inbox; null where nobody does. Changes nothing. */
export async function otherIn(
  inbox: string,
  instance: string | undefined,
  now: number = Date.now(),
): Promise<Occupant | null> {
  const holder = await readHolder(occupantFile(inbox));
  return isOther(holder, { instance, host: hostname() }, now) ? holder : null;
}

/** Gives an inbox back, so that another need not wait; one that isn't this instance's stays taken. */
export async function vacate(inbox: string, instance: string): Promise<void> {
  const file = occupantFile(inbox);
  const holder = await readHolder(file);
  if (holder && isSame(holder, { instance, host: hostname() })) await rm(file, { force: true });
}

const fileIn = (folder: string): string => join(folder, "folder.json");

/** The file that says who works in an inbox; there while autod does. */
export const occupantFile = (inbox: string): string => fileIn(ownFolderOf(inbox));

/** What doesn't say who holds the inbox counts as somebody from its last change on: better late than two. */
async function readHolder(file: string): Promise<Occupant | null> {
  let stats;
  try {
    stats = await lstat(file);
  } catch (error) {
    if (isErrno(error, "ENOENT", "ENOTDIR")) return null;
    throw error;
  }
  const text = stats.isFile() ? await readStart(file).catch(() => "") : "";
  const refreshedAt = stats.mtime.toISOString();
  return parse(text) ?? { instance: "unknown", host: "unknown", refreshedAt };
}

async function readStart(file: string): Promise<string> {
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  await using handle = await open(file, flags);
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(4096), 0, 4096, 0);
  return buffer.toString("utf8", 0, bytesRead);
}

function parse(text: string): Occupant | undefined {
  try {
    return occupant.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** Who somebody is; an instance that never worked has no name yet. */
interface Self {
  readonly instance: string | undefined;
  readonly host: string;
}

const isOther = (holder: Occupant | null, us: Self, now: number): holder is Occupant =>
  holder !== null && !isSame(holder, us) && isRecent(holder, now);

const isSame = (one: Occupant, other: Self): boolean =>
  one.instance === other.instance && one.host === other.host;

/** A time far ahead is a clock that went wrong: it would hold the inbox for ever. */
const isRecent = ({ refreshedAt }: Occupant, now: number): boolean =>
  Math.abs(now - Date.parse(refreshedAt)) < HELD;

async function write(file: string, holder: Occupant, isFree: boolean): Promise<void> {
  const beside = `${file}.${holder.instance}`;
  try {
    await rm(beside, { force: true });
    const text = `${JSON.stringify(holder)}\n`;
    await writeFile(beside, text, { flag: "wx", mode: 0o600, flush: true });
    if (isFree) await place(beside, file, holder.instance);
    else await rename(beside, file);
  } catch (error) {
    // Another was faster, and is found when it is read again.
    if (!isFree || !isErrno(error, "EEXIST")) throw error;
  } finally {
    await rm(beside, { force: true });
  }
}
