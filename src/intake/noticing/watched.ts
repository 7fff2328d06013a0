import { setTimeout as sleep } from "node:timers/promises";
import type { Logger } from "pino";
import type { Folder } from "../../document.ts";
import { isErrno } from "../../errors.ts";
import { LONGEST_TIMER } from "../../gate/gate.ts";
import { loggable } from "../../log.ts";
import type { Candidate } from "../candidate.ts";
import type { Intake } from "../intake.ts";
import type { Spot } from "../list.ts";
import { enter, identify } from "./enter.ts";
import { listFolder } from "./listing.ts";
import { vacate } from "../occupy.ts";
import type { Roots } from "../roots.ts";
import { watch, type Watcher } from "./watch.ts";
import { type Watching, type Way, wayFor, wayProved, ways, wayWithout } from "./watching.ts";

/** A folder, worked in only while it is all there and nobody else's, and however it can be watched. */
export interface Watched extends AsyncDisposable {
  readonly folder: Folder;
  /** Looks whether it can be worked in and is watched; where so, lists it. Never fails. */
  readonly visit: () => Promise<void>;
  /** Lists it once more for what didn't fit, or may have been dropped. Never fails. */
  readonly list: () => Promise<void>;
  /** Visits it if it isn't as it was: gone, back, or another one under the same name. */
  readonly check: () => Promise<void>;
  /** From the next visit on, what comes is offered as it comes. */
  readonly begin: () => void;
  /** What was told of may not have been looked at yet, or have been dropped on its way. */
  readonly doubt: () => void;
  readonly isOnline: () => boolean;
  readonly isOffline: () => boolean;
  /** How it is watched; null where it isn't. */
  readonly watching: () => Watching | null;
}

export interface WatchedSettings {
  readonly roots: Pick<Roots, "of" | "require" | "durable">;
  readonly instance: string;
  readonly intake: Pick<Intake, "offer" | "offerListed" | "isOffered" | "isBehind" | "list">;
  /** Told each time that it has just come to be worked in. */
  readonly onOnline: (folder: Folder) => Promise<void>;
  /** Told of each event of the system. */
  readonly onEvent: () => void;
  /** Milliseconds in which the system tells of what happened, unless it is very busy. */
  readonly prompt?: number;
  readonly log: Logger;
}

interface Online {
  readonly is: "online";
  readonly identity: string;
}

interface Offline {
  readonly is: "offline";
  /** What was logged of it. */
  readonly reason: string;
}

export function openWatched(folder: Folder, settings: WatchedSettings): Watched {
  const { roots, instance, intake, onOnline, onEvent, prompt = PROMPT, log } = settings;
  const { name, inbox } = folder;
  let state: Online | Offline | null = null;
  let isWatching = false;
  let watcher: Watcher | null = null;
  let way: Way | null = null;
  let hasMissed = false;
  /** Whether all that came since the last listing should have been told of. */
  let isTold = false;
  /** How many files were told of so far. */
  let offers = 0;
  const troubles = new Set<string>();
  let lastEventAt: string | null = null;
  let lastRescan: Watching["lastRescan"] = null;
  let polling: NodeJS.Timeout | undefined;
  /** Until it is watched, what came after the first listing is left for the next time. */
  let until = Number.POSITIVE_INFINITY;
  const ending = new AbortController();
  let visiting: Promise<void> | undefined;
  let underWay: Promise<void> = Promise.resolve();

  /** One thing at a time. */
  const inTurn = (work: () => Promise<void>): Promise<void> => {
    underWay = underWay.then(async () => {
      if (ending.signal.aborted) return;
      try {
        await work();
      } catch (error) {
        if (!ending.signal.aborted) await giveUp(error);
      }
    });
    return underWay;
  };

  const visit = async (again: boolean) => {
    const before = state;
    await enter(folder, roots, instance);
    const identity = await identify(folder);
    const isSame = before?.is === "online" && before.identity === identity;
    state = { is: "online", identity };
    if (before?.is !== "online") {
      if (before) log.info({ event: "folder.online", folder: name }, "folder online");
      await onOnline(folder);
    }
    if (isWatching) await watchBest(isSame);
    await list(again || before?.is !== "online");
  };

  const watchBest = async (isSame: boolean) => {
    const best = hasMissed ? ways.missed : await wayFor(folder);
    take(best.how === "poll" ? best : await watchNatively(best, isSame));
    if (way?.how === "poll") await unwatch();
  };

  /** Gives the way that it is watched then. */
  const watchNatively = async (wanted: Way, isSame: boolean): Promise<Way> => {
    const isWell = isSame && watcher?.trouble() === undefined;
    const proof = isWell && watcher ? await watcher.proves() : false;
    if (proof !== false) return wayProved(proof, wanted, folder);
    await unwatch();
    watcher = await watch(folder, { offer, heard, failed });
    const without = await wayWithout(watcher.trouble());
    return without ?? wayProved(await watcher.proves(), wanted, folder);
  };

  const unwatch = async () => {
    isTold = false;
    await watcher?.[Symbol.asyncDispose]();
    watcher = null;
  };

  const take = (next: Way) => {
    const isNews = way?.code !== next.code || way.how !== next.how;
    way = next;
    if (!isNews) return;
    const fields = { folder: name, path: inbox, reason: next.why };
    if (next.how === "native" && next.code !== "SILENT") {
      log.info({ event: "folder.watching", ...fields }, "folder watched");
    } else if (next.how === "native") {
      log.warn({ event: "folder.watching", ...fields }, "folder watched, but blindly");
    } else if (next.code === "WATCH_LIMIT") {
      const error = { code: next.code, message: next.why };
      log.error({ event: "folder.polling", ...fields, error }, "folder polled");
    } else {
      log.info({ event: "folder.polling", ...fields }, "folder polled");
    }
  };

  const offer = (spot: Spot) => {
    offers += 1;
    intake.offer(folder, spot);
  };
  const heard = (isOwn: boolean) => {
    if (!isOwn) lastEventAt = new Date().toISOString();
    onEvent();
  };
  /** Each trouble is logged once: one full table of watches would else be told of for every folder. */
  const failed = (error: unknown) => {
    const { code, message } = loggable(error);
    const key = isErrno(error, "ENOSPC", "EMFILE", "ENFILE") ? code : message;
    if (troubles.has(key)) return;
    troubles.add(key);
    log.error({ folder: name, error: { code, message } }, "watching failed");
  };

  /** With `again` what was left as it is gets another chance, and it is asked what nobody told of. */
  const list = async (again: boolean) => {
    clearTimeout(polling);
    const [began, at] = [performance.now(), new Date()];
    const wasTold = isTold && way?.how === "native" && !intake.isBehind(folder);
    isTold = way?.how === "native" && way.code !== "SILENT";
    const { found, oldest, newest } = await listFolder(folder, intake, { again, until });
    if (!isWatching) until = Math.min(until, newest);
    const took = performance.now() - began;
    // Nobody has told of them, and somebody should have.
    const late = oldest.filter(({ arrived }) => arrived < at.getTime() - prompt);
    intake.offerListed(folder, oldest, found > oldest.length);
    const missed = wasTold && again ? await missedAmong(late) : 0;
    lastRescan = { at: at.toISOString(), found, missed };
    if (way?.how === "poll") pollIn(took);
  };

  /** While others are told of, an event may only be late; and where some were dropped, all know that. */
  const missedAmong = async (those: readonly Candidate[]): Promise<number> => {
    const [first] = those;
    if (first === undefined) return 0;
    const before = offers;
    await sleep(prompt, undefined, { signal: ending.signal });
    if (offers !== before || !isTold || intake.isBehind(folder)) return 0;
    hasMissed = true;
    const fields = { event: "rescan.found", folder: name, path: first.path, files: those.length };
    log.warn(fields, "files found that the system had not told of");
    await watchBest(true);
    return those.length;
  };

  /** So rarely that it takes a fiftieth of the time at most. */
  const pollIn = (took: number) => {
    if (ending.signal.aborted) return;
    const wait = Math.min(Math.max(folder.pollInterval, took * 49), LONGEST_TIMER);
    polling = setTimeout(() => void check(true), wait);
    polling.unref();
  };

  const check = (isPolled: boolean) =>
    inTurn(async () => {
      const identity = await identify(folder).catch(() => null);
      if (state?.is !== "online" || state.identity !== identity) await visit(false);
      else if (isPolled) await list(false);
    });

  /** Nothing is taken there until a later visit finds it well; the other folders go on. */
  const giveUp = async (error: unknown) => {
    clearTimeout(polling);
    const before = state;
    await unwatch();
    way = null;
    const { code, message } = loggable(error);
    // When another was seen there last changes all the time.
    const reason = code === "FOLDER_HELD" ? code : message;
    state = { is: "offline", reason };
    if (before?.is === "offline" && before.reason === reason) return;
    const fields = { event: "folder.offline", folder: name, error: { code, message } };
    log.error(fields, "folder offline");
  };

  return {
    folder,
    visit: () =>
      // One that is still to come is enough, however long the disk keeps it waiting.
      (visiting ??= inTurn(async () => {
        visiting = undefined;
        await visit(true);
      })),
    list: () =>
      inTurn(async () => {
        if (state?.is === "online") await list(false);
      }),
    check: () => check(false),
    begin() {
      isWatching = true;
      until = Number.POSITIVE_INFINITY;
    },
    doubt() {
      isTold = false;
    },
    isOnline: () => state?.is === "online",
    isOffline: () => state?.is === "offline",
    watching: () => (way && state?.is === "online" ? { ...way, lastEventAt, lastRescan } : null),
    async [Symbol.asyncDispose]() {
      ending.abort();
      clearTimeout(polling);
      await underWay;
      await unwatch();
      await vacate(inbox, instance).catch((error: unknown) => {
        log.warn({ folder: name, error: loggable(error) }, "folder not given up");
      });
    },
  };
}

/** Milliseconds. */
const PROMPT = 5_000;
