import { join } from "node:path";
import PQueue from "p-queue";
import type { Logger } from "pino";
import { unlessAborted } from "../aborted.ts";
import type { Arrival, Folder } from "../document.ts";
import { isErrno } from "../errors.ts";
import { type Gates, type Passage, unhindered } from "../gate/gates.ts";
import type { Room } from "../gate/room.ts";
import type { Profile } from "../openai/profile.ts";
import type { Candidate } from "./candidate.ts";
import { claim } from "./claim.ts";
import type { Fate } from "./endings/ending.ts";
import type { Spot } from "./list.ts";
import type { Parking } from "./parking.ts";
import type { Pause } from "./pause.ts";
import { openPlaces, type Turn } from "./places.ts";
import { openRhythm, type Rhythm } from "./rhythm.ts";
import type { Resting } from "./resting.ts";
import type { Roots } from "./roots.ts";
import { type Rest, settled, sizeIn, traits } from "./settle.ts";
import { type Counts, openSieve, type Sieve } from "./sieve.ts";
import type { Turnstile } from "./turnstile.ts";
import { openTurns, type Turns } from "./turns.ts";

/** Takes what lies in the inboxes, so many at a time. */
export interface Intake {
  /** Looks at a file that just came or changed, and takes it once it is at rest and nothing stands in the way. */
  readonly offer: (folder: Folder, spot: Spot) => void;
  /**
   * The same for those that were listed: of those that just came as many go before them as of them. Where there
   * are `more`, the folder is listed again.
   */
  readonly offerListed: (folder: Folder, candidates: readonly Candidate[], more: boolean) => void;
  /** Whether there is more in a folder than was taken note of. */
  readonly isBehind: (folder: Folder) => boolean;
  /** Whether a file is being looked at, or waits for that. */
  readonly isOffered: (spot: Spot) => boolean;
  /** Goes on with a file that was claimed before; one that was read already needs nobody's leave. */
  readonly resume: (arrival: Arrival, isRead: boolean) => void;
  /** Resolves when nothing is waited for and nothing is in work. */
  readonly idle: () => Promise<void>;
  readonly list: Sieve["list"];
  /** How long a file is waited for still, if it doesn't change; null for one that is not. */
  readonly restOf: (path: string) => Resting | null;
  /** How many files met which fate so far. */
  readonly tally: () => Readonly<Tally>;
  /** How many files are waited for, until they are at rest or can be taken. */
  readonly waiting: () => number;
}

/** `ignored`: left where it lies; `failed`: could not even be looked at. */
export type Tally = Record<Fate | keyof Counts, number>;

export interface IntakeSettings {
  readonly concurrency: number;
  readonly instance: string;
  readonly profileOf: (folder: Folder) => Profile;
  readonly handle: (arrival: Arrival, passage: Passage, turn: Turn) => Promise<Fate>;
  readonly parking: Pick<Parking, "add" | "holds" | "isUndone" | "refill">;
  readonly roots: Pick<Roots, "at" | "of">;
  /** Milliseconds after which it is looked again for a disk that is away. */
  readonly pause: number;
  readonly gates: Pick<Gates, "enter" | "free">;
  readonly pausing: Pick<Pause, "since" | "free">;
  readonly turnstile: Pick<Turnstile, "pass">;
  readonly room: Room;
  /** What is worked on, by where it is staged: also by whoever worked here before, and isn't done yet. */
  readonly inWork: Map<string, Promise<void>>;
  /** Whether it is worth waiting until the account is in order again. */
  readonly isLasting: () => boolean;
  /** Lists a folder again, of which more lay there, or more came, than was taken note of; never fails. */
  readonly onLow: (folder: Folder) => Promise<void>;
  /** Aborted, nothing more is taken: what is in work is carried on, unless `signal` is aborted too. */
  readonly closing: AbortSignal;
  readonly signal: AbortSignal;
  readonly log: Logger;
}

/** Of a folder so many files are waited for to come to rest at the same time, and so many wait for that. */
const [LOOKING, MOST] = [256, 2_000];

/** What just came, and what has been lying there, wait each in its order. */
type Lane = "fresh" | "listed";

/** The files of a folder that are being looked at, and those that wait for it. */
interface Line {
  readonly queue: PQueue;
  readonly turns: Turns;
  readonly rhythm: Rhythm;
  /** Whether there were more than are taken note of. */
  isBehind: boolean;
}

/** How a document is taken. */
interface Taking {
  readonly passage: Passage;
  readonly turn: Turn;
  /** Whether it was claimed this moment. */
  readonly isFresh: boolean;
}

export function openIntake(settings: IntakeSettings): Intake {
  const { concurrency, instance, profileOf, handle, parking, roots, gates, pausing, room } =
    settings;
  const { turnstile, inWork, isLasting, closing, signal, log } = settings;
  const sieve = openSieve({ parking, log });
  const lines = new Map<Folder, Line>();
  const { inTurn, sawKnown } = openPlaces(concurrency, signal);
  const turns = openTurns();
  /** What is looked at or waits for its turn: each file once. */
  const offered = new Set<string>();
  const running = new Set<Promise<void>>();
  const resting = new Map<string, Resting>();
  const fates: Record<Fate, number> = {
    archived: 0,
    review: 0,
    quarantined: 0,
    duplicate: 0,
    waiting: 0,
    aborted: 0,
  };

  const lineOf = (folder: Folder): Line => {
    const line = lines.get(folder) ?? {
      queue: new PQueue({ concurrency: LOOKING }),
      turns: openTurns(),
      rhythm: openRhythm(folder.patience),
      isBehind: false,
    };
    lines.set(folder, line);
    return line;
  };

  /** Whatever happens to a file, it stops no other. */
  const start = (folder: Folder, path: string, key: string, work: () => Promise<void>) => {
    offered.add(key);
    const guarded = async () => {
      try {
        await work();
      } catch (error) {
        // Gone again before it was at rest: nothing is left to be taken.
        if (!closing.aborted && !isErrno(error, "ENOENT")) sieve.failed(folder, path, error);
      } finally {
        offered.delete(key);
      }
    };
    track(guarded());
  };

  const track = (work: Promise<void>) => {
    const done = work.finally(() => running.delete(done));
    running.add(done);
  };

  const enqueue = (folder: Folder, lane: Lane, spot: Spot, candidate?: Candidate) => {
    const key = keyOf(spot);
    if (closing.aborted || offered.has(key)) return;
    const line = lineOf(folder);
    if (line.queue.size >= MOST) {
      line.isBehind = true;
      return;
    }
    const { priority, begin } = line.turns.take(lane);
    const look = async () => {
      begin();
      if (closing.aborted) return;
      const found = candidate ?? (await sieve.sift(folder, spot));
      if (found) await consider(folder, line, lane, found);
    };
    start(folder, join(folder.inbox, spot.relative), key, async () => {
      await line.queue.add(look, { priority });
      catchUp(folder, line);
    });
  };

  /** Listed again while there is still something to do, so that nobody waits for the list. */
  const catchUp = (folder: Folder, line: Line) => {
    if (closing.aborted || !line.isBehind || line.queue.size > MOST / 4) return;
    line.isBehind = false;
    track(settings.onLow(folder));
  };

  /** Whether nothing but the file itself is in the way; false where that is not worth waiting for. */
  const isFree = async (folder: Folder, bytes: number) =>
    (await waitFor(pausing.free(isLasting()))) &&
    (await waitFor(room.free(folder, bytes, isLasting()))) &&
    (await waitFor(gates.free(profileOf(folder), isLasting())));
  const waitFor = <One>(waited: Promise<One>) => unlessAborted(waited, closing);

  const consider = async (folder: Folder, line: Line, lane: Lane, candidate: Candidate) => {
    const { spot, path } = candidate;
    const { rhythm } = line;
    rhythm.came(path);
    const tell = (left: number, isComplete: boolean) =>
      resting.set(path, { until: Date.now() + left, isComplete });
    let seen: Candidate | undefined = candidate;
    // What changes while it waits for its turn has to come to rest again.
    do {
      const rest = await settled(spot.path, folder, closing, {
        seen,
        pause: rhythm.pause,
        tell,
      }).finally(() => resting.delete(path));
      if (rest === null) return;
      const found = { ...candidate, ...rest };
      seen = undefined;
      if (!(await isFree(folder, sizeIn(rest.traits)))) return sieve.wait(found);
      const { priority, begin } = turns.take(`${folder.name} ${lane}`);
      const take = (turn: Turn) => {
        begin();
        return claimAndTake(folder, rhythm, found, rest, turn);
      };
      if (await inTurn(take, priority)) return;
    } while (!(await parking.holds(path)));
    if (!parking.isUndone(path)) sieve.wait(candidate);
  };

  /** False where it has to be looked at again first. */
  const claimAndTake = async (
    folder: Folder,
    rhythm: Rhythm,
    candidate: Candidate,
    rest: Rest,
    turn: Turn,
  ) => {
    const { spot, path } = candidate;
    if (await roots.of(folder)) {
      // It is listed again when all of the folder is there.
      sieve.wait(candidate);
      return true;
    }
    using passage = gates.enter(profileOf(folder));
    if (!passage) return false;
    const claimed = await turnstile.pass(async () => {
      closing.throwIfAborted();
      if (pausing.since() !== null || (await parking.holds(path))) return "CHANGED";
      return await claim(folder, profileOf(folder), spot, instance, rest.traits);
    });
    if (claimed === "CHANGED") return false;
    // From here on another file may come under the same name.
    offered.delete(keyOf(spot));
    if (typeof claimed === "string") sieve.refuse(folder, candidate, claimed);
    else if (claimed !== null) {
      rhythm.took(path, rest.longest, rest.since);
      sieve.took(path);
      await take(claimed, { passage, turn, isFresh: true });
    }
    return true;
  };

  const carryOn = async (arrival: Arrival, isRead: boolean) => {
    const { folder, staged, path, profile } = arrival;
    // Whoever has it in hand needs no help.
    if (inWork.has(staged)) await waitFor(inWork.get(staged) ?? Promise.resolve());
    if (isRead) {
      await inTurn((turn) => takeAgain(arrival, unhindered, turn));
      return;
    }
    // Who had it open when it was claimed may be writing to it still.
    const rest = await settled(staged, folder, closing);
    if (rest) lineOf(folder).rhythm.took(path, rest.longest, rest.since);
    do {
      const mayBe =
        (await waitFor(pausing.free(isLasting()))) &&
        (await waitFor(gates.free(profile, isLasting())));
      if (!mayBe) {
        fates.waiting += 1;
        return;
      }
    } while (!(await inTurn((turn) => takeAgain(arrival, gates.enter(profile), turn))));
  };

  const takeAgain = async (arrival: Arrival, given: Passage | null, turn: Turn) => {
    using passage = given;
    if (closing.aborted && !signal.aborted) return true;
    if (passage) await take(arrival, { passage, turn, isFresh: false });
    return passage !== null;
  };

  /** One at a time, for a folder that comes back names all that is staged in it, also what is in work. */
  const take = async (arrival: Arrival, how: Taking) => {
    const { staged } = arrival;
    while (inWork.has(staged)) await inWork.get(staged);
    const done = handleStaged(arrival, how).finally(() => inWork.delete(staged));
    inWork.set(staged, done);
    await done;
  };

  const handleStaged = async (arrival: Arrival, { passage, turn, isFresh }: Taking) => {
    // It may wait again before all is done here, and be over at once.
    offered.delete(arrival.staged);
    if (signal.aborted) {
      fates.aborted += 1;
      return;
    }
    // What was claimed this moment is there, and so are its roots.
    if (!isFresh) {
      if (await isGone(arrival)) return;
      if (await roots.of(arrival.folder)) return stay(arrival);
    }
    const fate = await handle(arrival, passage, turn);
    fates[fate] += 1;
    if (fate === "duplicate") sawKnown();
    if (fate === "waiting") sieve.wentBack(arrival.path);
    // What it cost is mostly less than what was held for it.
    else parking.refill();
  };

  /** Looked at twice, for its disk may have come back between the two looks. */
  const isGone = async ({ staged, folder }: Arrival) => {
    if ((await traits(staged)) !== null || (await roots.at(folder.inbox))) return false;
    return (await traits(staged)) === null;
  };

  /** In staging, untouched: nothing is made of it while a disk of its folder is away. */
  const stay = ({ folder, profile, staged: path }: Arrival) => {
    const since = Date.now();
    const retryAt = since + settings.pause;
    const upperUsd = null;
    parking.add({
      folder,
      profile,
      path,
      parked: null,
      reason: "offline",
      since,
      retryAt,
      upperUsd,
    });
    if (!isLasting()) fates.waiting += 1;
  };

  return {
    offer: (folder, spot) => enqueue(folder, "fresh", spot),
    offerListed(folder, candidates, more) {
      for (const one of candidates) enqueue(folder, "listed", one.spot, one);
      if (more) lineOf(folder).isBehind = true;
    },
    isBehind: (folder) => lines.get(folder)?.isBehind ?? false,
    isOffered: (spot) => offered.has(keyOf(spot)),
    resume(arrival, isRead) {
      const { staged, folder, path } = arrival;
      if (closing.aborted || offered.has(staged)) return;
      start(folder, path, staged, () => carryOn(arrival, isRead));
    },
    async idle() {
      while (running.size > 0) await Promise.all(running);
    },
    list: sieve.list,
    restOf: (path) => resting.get(path) ?? null,
    waiting: () => offered.size,
    tally() {
      const { ignored, failed, waiting } = sieve.counts();
      return { ...fates, ignored, failed, waiting: fates.waiting + waiting };
    },
  };
}

/** Tells files apart whose names are printed alike. */
const keyOf = ({ path }: Spot) => (typeof path === "string" ? path : path.toString("latin1"));
