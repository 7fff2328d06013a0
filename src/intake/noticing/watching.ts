import { readFile, realpath } from "node:fs/promises";
import { z } from "zod";
import type { Folder } from "../../document.ts";
import { isErrno } from "../../errors.ts";
import { ask } from "../../socket/ask.ts";
import { silentDiskOf } from "./disk-kind.ts";

/** How changes in a folder are noticed, and why so. */
export const way = z.object({
  how: z.enum(["native", "poll"]),
  code: z.enum(["CHOSEN", "TELLS", "UNTRIED", "SILENT_DISK", "SILENT", "MISSED", "WATCH_LIMIT"]),
  why: z.string(),
  /** What can be done about it; null where nothing need be. */
  hint: z.string().nullable(),
});

export type Way = Readonly<z.infer<typeof way>>;

/** How a folder is watched, and whether that can be relied on. */
export const watching = z.object({
  ...way.shape,
  /** When something last happened in it that the system told of, whatever it was; null where nothing was told. */
  lastEventAt: z.iso.datetime().nullable(),
  /** When it was last listed, and how many files were found that nobody had told of; null before the first time. */
  lastRescan: z.object({ at: z.iso.datetime(), found: z.int(), missed: z.int() }).nullable(),
});

export type Watching = Readonly<z.infer<typeof watching>>;

const watchedFolders = z.array(z.object({ name: z.string(), watching: watching.nullable() }));

/** Asks the autod that listens on a socket how it watches each folder; null for what it doesn't say. */
export async function askWatching(
  socket: string | null,
): Promise<(name: string) => Watching | null> {
  const all = await ask(socket, "/v1/folders", watchedFolders);
  return (name) => all?.find((one) => one.name === name)?.watching ?? null;
}

/** The way that a folder asks for, or that its disk leaves; to be tried first where it is native. */
export async function wayFor({ watch, inbox }: Folder): Promise<Way> {
  if (watch === "poll") return { how: "poll", code: "CHOSEN", why: "watch is poll", hint: null };
  // chokidar takes it for another path, of which it never hears.
  if ((await realpath(inbox).catch(() => inbox)).includes("\\")) return ways.backslash;
  if (watch === "native") {
    return { how: "native", code: "CHOSEN", why: "watch is native", hint: null };
  }
  const disk = await silentDiskOf(inbox);
  return disk === null
    ? ways.tells
    : {
        how: "poll",
        code: "SILENT_DISK",
        why: `it lies on ${disk}, which doesn't tell of what others change`,
        hint: null,
      };
}

export const ways = {
  tells: { how: "native", code: "TELLS", why: "the system tells of changes", hint: null },
  untried: {
    how: "native",
    code: "UNTRIED",
    why: "the system should tell of changes, but autod can't try it: .autod in the inbox isn't its own",
    hint: "See to it that .autod in the inbox belongs to the user that autod runs as.",
  },
  unused: {
    how: "native",
    code: "UNTRIED",
    why: "the system should tell of changes; that is tried when autod runs for the first time",
    hint: null,
  },
  silent: {
    how: "poll",
    code: "SILENT",
    why: "the system doesn't tell of changes here: one that autod made to try it was not told",
    hint: null,
  },
  mute: {
    how: "native",
    code: "SILENT",
    why: "watch is native, but the system doesn't tell of changes here: what comes is found when the folder is listed",
    hint: "Set watch of this folder to auto or poll.",
  },
  backslash: {
    how: "poll",
    code: "SILENT",
    why: "there is a backslash in its path, which can't be watched",
    hint: null,
  },
  missed: {
    how: "poll",
    code: "MISSED",
    why: "files were found that the system didn't tell of; until the next start nobody relies on it here",
    hint: null,
  },
} as const satisfies Record<string, Way>;

/** The way that is left once it was tried whether the system tells; null: nobody can say. */
export function wayProved(proof: boolean | null, wanted: Way, { watch }: Folder): Way {
  if (proof === false) return watch === "native" ? ways.mute : ways.silent;
  return proof === null && wanted === ways.tells ? ways.untried : wanted;
}

/** The way that is left where the system refuses to watch; null where something else is wrong. */
export async function wayWithout(trouble: unknown): Promise<Way | null> {
  const limit = limits.find(({ codes }) => isErrno(trouble, ...codes));
  if (!limit) return null;
  const { setting, enough, or } = limit;
  const set = await readFile(`/proc/sys/${setting.replaceAll(".", "/")}`, "utf8").catch(() => "");
  const now = set === "" ? "" : ` (now ${set.trim()})`;
  return {
    how: "poll",
    code: "WATCH_LIMIT",
    why: `the system lets this user watch no more folders: ${setting}${now}${or} is used up`,
    hint: `Raise it, as with: sudo sysctl ${setting}=${enough}; autod tries again by itself.`,
  };
}

/** What a system that refuses to watch has too little of. */
const limits = [
  { codes: ["ENOSPC"], setting: "fs.inotify.max_user_watches", enough: 524_288, or: "" },
  {
    codes: ["EMFILE", "ENFILE"],
    setting: "fs.inotify.max_user_instances",
    enough: 1_024,
    or: ", or the number of open files (ulimit -n),",
  },
];
