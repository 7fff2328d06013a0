import { type BigIntStats } from "node:fs";
import { lstat, stat } from "node:fs/promises";
import { join, sep } from "node:path";
import type { Logger } from "pino";
import type { Folder } from "../document.ts";
import { isErrno } from "../errors.ts";
import { loggable } from "../log.ts";
import type { Candidate } from "./candidate.ts";
import { isPlaceholder, judgeName, judgeStats, type Refusal, refusals, unspoken } from "./judge.ts";
import type { Spot } from "./list.ts";
import type { Parking } from "./parking.ts";
import { traitsOf } from "./settle.ts";

/** Tells what can be taken from what is left where it lies, and says of each of these once why. */
export interface Sieve {
  readonly sift: (folder: Folder, spot: Spot) => Promise<Candidate | null>;
  /** The same for all that lies in a folder. */
  readonly list: (folder: Folder) => Promise<Listing>;
  readonly refuse: (folder: Folder, candidate: Candidate, refusal: Refusal) => void;
  /** A file could not be looked at, or not be taken, for a reason that is none of its own. */
  readonly failed: (folder: Folder, path: string, error: unknown) => void;
  /** It can be taken, but not now; it was listed and is listed again. */
  readonly wait: (candidate: Pick<Candidate, "path" | "traits">) => void;
  /** It was taken; it went back, to wait there. */
  readonly took: (path: string) => void;
  readonly wentBack: (path: string) => void;
  readonly counts: () => Readonly<Counts>;
}

export interface Counts {
  readonly ignored: number;
  readonly failed: number;
  readonly waiting: number;
}

export interface Listing {
  readonly sift: (spot: Spot) => Promise<Candidate | null>;
  /** Whether a file was left already as it is: it is tried again, but not before all others. */
  readonly isLeft: (candidate: Candidate) => boolean;
  /** Forgets what was left in the folder and was not come across. */
  readonly end: () => void;
}

/** Something that is left lying, what it was like then, and when it was come across last. */
interface Left {
  readonly traits: string;
  readonly why: string;
  listing: number;
}

/** What an inbox is like; only asked for where a name has nothing against it. */
type Top = () => Pick<BigIntStats, "dev"> | Promise<Pick<BigIntStats, "dev">>;

export interface SieveSettings {
  readonly parking: Pick<Parking, "holds" | "isUndone">;
  readonly log: Logger;
}

export function openSieve({ parking, log }: SieveSettings): Sieve {
  const left = new Map<string, Left>();
  const counts = { ignored: 0, failed: 0, waiting: 0 };
  let listings = 0;

  /** Whether that is news. */
  const leave = (path: string, like: string, why: string): boolean => {
    const before = left.get(path);
    left.set(path, { traits: like, why, listing: listings });
    return before?.why !== why;
  };

  const refuse = (folder: Folder, path: string, like: string, refusal: Refusal): null => {
    if (!leave(path, like, refusal)) return null;
    counts.ignored += 1;
    const level = unspoken.has(refusal) ? "debug" : "info";
    const error = { code: refusal, message: refusals[refusal] };
    log[level]({ event: "file.ignored", folder: folder.name, path, error }, "file ignored");
    return null;
  };

  const failed = ({ name }: Folder, path: string, thrown: unknown) => {
    const error = loggable(thrown);
    if (!leave(path, "", error.code)) return;
    counts.failed += 1;
    log.error({ event: "file.ignored", folder: name, path, error }, "file not taken");
  };

  const wait = ({ path, traits }: Pick<Candidate, "path" | "traits">) => {
    if (leave(path, traits, "WAITING")) counts.waiting += 1;
  };

  const look = async (folder: Folder, spot: Spot, top: Top) => {
    const path = join(folder.inbox, spot.relative);
    const named = judgeName(spot.relative, folder.recursive);
    if (named) return refuse(folder, path, "", named);
    const since = performance.now();
    let stats;
    try {
      stats = await lstat(spot.path, { bigint: true });
    } catch (error) {
      if (isErrno(error, "ENAMETOOLONG")) return refuse(folder, path, "", "PATH_TOO_LONG");
      throw error;
    }
    const like = traitsOf(stats);
    const refusal = judgeStats(stats, await top());
    // A file on its way here may have two names for a moment.
    if (refusal && refusal !== "HARD_LINKED") return refuse(folder, path, like, refusal);
    if (await isPlaceholder(stats, folder.inbox)) {
      return refuse(folder, path, like, "NOT_DOWNLOADED");
    }
    if (await parking.holds(path)) {
      if (!parking.isUndone(path)) wait({ path, traits: like });
      return null;
    }
    return { spot, path, traits: like, since, arrived: Number(stats.ctimeNs) / 1e6 };
  };

  const sift = async (folder: Folder, spot: Spot, top: Top) => {
    try {
      return await look(folder, spot, top);
    } catch (error) {
      // Gone again before it was looked at: nothing is left to be taken.
      if (isErrno(error, "ENOENT", "ENOTDIR")) return null;
      failed(folder, join(folder.inbox, spot.relative), error);
      return null;
    }
  };

  const topOf = ({ inbox }: Folder) => stat(inbox, { bigint: true });

  return {
    sift: (folder, spot) => sift(folder, spot, () => topOf(folder)),

    async list(folder) {
      const inbox = await topOf(folder);
      const listing = (listings += 1);
      return {
        async sift(spot) {
          const known = left.get(join(folder.inbox, spot.relative));
          if (known) known.listing = listing;
          return await sift(folder, spot, () => inbox);
        },
        isLeft: ({ path, traits }) => left.get(path)?.traits === traits,
        end() {
          for (const [path, one] of left) {
            if (one.listing < listing && path.startsWith(folder.inbox + sep)) left.delete(path);
          }
        },
      };
    },

    refuse: (folder, { path, traits }, refusal) => void refuse(folder, path, traits, refusal),
    failed,
    wait,
    took: (path) => void left.delete(path),
    wentBack: (path) => void leave(path, "", "WAITING"),
    counts: () => counts,
  };
}
