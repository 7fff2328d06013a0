import { createHash } from "node:crypto";
import {
  type FileHandle,
  link,
  mkdir,
  open,
  readdir,
  rename,
  rmdir,
  unlink,
} from "node:fs/promises";
import { join } from "node:path";
import PQueue from "p-queue";
import { syncFolder } from "../src/sync.ts";

/** The folders of files that are set aside, on one file system. */
export interface Places {
  readonly inbox: string;
  readonly staging: string;
  readonly aside: string;
}

/**
 * The least that it takes in Node to set known files aside so that none can be lost and each is accounted for: a
 * claim, the hash, a durable note, a durable move, and another note; `concurrency` at a time. Nothing is watched,
 * judged or checked, and nothing is told.
 */
export async function setAsideBarely(
  { inbox, staging, aside }: Places,
  known: ReadonlySet<string>,
  concurrency: number,
): Promise<void> {
  await using journal = await open(join(staging, "journal"), "a");
  const note = notesIn(journal);
  const setAside = async (name: string) => {
    const claim = join(staging, `${name}.claim`);
    const staged = join(claim, name);
    await mkdir(claim);
    await rename(join(inbox, name), staged);
    await using file = await open(staged);
    const sha256 = createHash("sha256")
      .update(await file.readFile())
      .digest("hex");
    if (!known.has(sha256)) throw new Error(`${name} isn't known`);
    await note(`${name} is ${sha256}\n`);
    await file.sync();
    await link(staged, join(aside, name));
    await syncFolder(aside);
    await unlink(staged);
    await syncFolder(claim);
    await rmdir(claim);
    await note(`${name} is set aside\n`);
  };
  const queue = new PQueue({ concurrency });
  const names = await readdir(inbox);
  await Promise.all(names.map((name) => queue.add(() => setAside(name))));
}

/** Notes that are durable once they are waited for; those that come meanwhile share the next write. */
function notesIn(journal: FileHandle): (line: string) => Promise<void> {
  let lines: string[] = [];
  let next: Promise<void> | null = null;
  let last = Promise.resolve();
  const write = async () => {
    const text = lines.join("");
    lines = [];
    next = null;
    await journal.appendFile(text);
    await journal.datasync();
  };
  return (line) => {
    lines.push(line);
    next ??= last = last.then(write);
    return next;
  };
}
