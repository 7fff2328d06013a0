import { readdir, readFile, readlink } from "node:fs/promises";
import { setTimeout } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";

/** What a process holds. */
export interface Resources {
  readonly descriptors: number;
  /** Folders and files that the kernel watches for it. */
  readonly watches: number;
  readonly children: number;
  /** What keeps its loop alive: "PipeWrap, ProcessWrap, TCPServerWrap". */
  readonly active: string;
}

/** Counts what this process holds, once what was just let go of is gone; Linux only. */
export async function countResources(): Promise<Resources> {
  for (let before = await look(); ;) {
    await setTimeout(50);
    const now = await look();
    if (isDeepStrictEqual(now, before)) return now;
    before = now;
  }
}

async function look(): Promise<Resources> {
  // First, for the reading of files is work too.
  const active = process.getActiveResourcesInfo().toSorted().join(", ");
  const { descriptors, ...counts } = await countIn("self");
  return { descriptors: descriptors.length, ...counts, active };
}

/** The names of the descriptors of a process ("self": this one), and what the kernel knows of it besides. */
export async function countIn(pid: string) {
  /** Nothing where it is gone meanwhile. */
  const textOf = (name: string): Promise<string> =>
    readFile(`/proc/${pid}/${name}`, "utf8").catch(() => "");
  const descriptors = await listDescriptors(pid);
  const infos = await Promise.all(descriptors.map((name) => textOf(`fdinfo/${name}`)));
  const threads = await readdir(`/proc/${pid}/task`);
  const children = await Promise.all(threads.map((thread) => textOf(`task/${thread}/children`)));
  return {
    descriptors,
    watches: count(infos, /^inotify wd/gm),
    children: count(children, /\d+/g),
  };
}

/** Without the one that lists them, which is closed by then. */
async function listDescriptors(pid: string): Promise<readonly string[]> {
  const names = await readdir(`/proc/${pid}/fd`);
  const targets = await Promise.all(
    names.map((name) => readlink(`/proc/${pid}/fd/${name}`).catch(() => null)),
  );
  return names.filter((_, at) => targets[at] !== null);
}

const count = (texts: readonly string[], pattern: RegExp): number =>
  texts.reduce((sum, text) => sum + (text.match(pattern)?.length ?? 0), 0);
