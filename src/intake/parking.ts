import type { Folder } from "../document.ts";
import { exists } from "../filing/trouble.ts";
import { LONGEST_TIMER } from "../gate/gate.ts";
import { nameIn, type Scope } from "../gate/gates.ts";
import type { Profile } from "../openai/profile.ts";
import type { DocumentRecord, Parked } from "../store/record.ts";
import type { WaitingReason } from "./change.ts";
import { bytesAt } from "./bytes-at.ts";
import { isAsItWas, parkedAt } from "./parked.ts";

/** A document that waits, and what for. */
export interface Waiting {
  readonly folder: Folder;
  readonly profile: Profile;
  /** Where its file lies meanwhile. */
  readonly path: string;
  /** What the file was like when it was put back; null if it stayed in staging. */
  readonly parked: Parked | null;
  readonly reason: WaitingReason;
  /** Milliseconds, as Date.now(). */
  readonly since: number;
  /** The same; null where no time ends it. */
  readonly retryAt: number | null;
  /** What reading it may cost at most, where that is known. */
  readonly upperUsd: string | null;
  /** The SHA-256 of what a person put back: it is left alone as long as its file has these bytes. */
  readonly undone?: string;
}

/** What a record says of a document that was put back, or waits in staging; null where it does neither. */
export function waitingAt(
  { status, sha256, waiting, work, estimate }: DocumentRecord,
  folder: Folder,
  profile: Profile,
): Waiting | null {
  const path = waiting?.parked?.path ?? work?.staged;
  if (!waiting || !path) return null;
  const { reason, since, retryAt, parked } = waiting;
  return {
    folder,
    profile,
    path,
    parked,
    reason,
    since: Date.parse(since),
    retryAt: retryAt === null ? null : Date.parse(retryAt),
    upperUsd: estimate?.upperCostUsd ?? null,
    ...(status === "undone" ? { undone: sha256 } : {}),
  };
}

/** The documents that wait: left alone until their reason is over, then offered again. */
export interface Parking extends Disposable {
  readonly add: (waiting: Waiting) => void;
  /** Whether what lies at a path was put back there, is as it was, and has to wait still. */
  readonly holds: (path: string) => Promise<boolean>;
  /** Whether what is held at a path waits for nothing, because a person put it back. */
  readonly isUndone: (path: string) => boolean;
  /** Offers the first that waits for the budget and fits into it now. */
  readonly refill: () => void;
  /** Offers those that waited for a disk, for one is back. */
  readonly recheck: () => void;
  /** Offers those that waited for a server or a profile: one, or all of them. */
  readonly wake: (scope: Scope, howMany: "one" | "all") => Promise<void>;
}

export interface ParkingSettings {
  readonly isFree: (profile: Profile) => boolean;
  /** Whether the budget has room for so much now, in USD. */
  readonly hasRoomFor: (usd: string, folder: string) => boolean;
  /** Whether the document with this SHA-256 is undone still. */
  readonly isUndone: (sha256: string) => boolean;
  /** Takes a file that was put back, or goes on with one that stayed in staging. */
  readonly offer: (waiting: Waiting) => void;
}

export function openParking(settings: ParkingSettings): Parking {
  const { isFree, hasRoomFor, offer } = settings;
  const waiting = new Map<string, Waiting>();
  let timer: NodeJS.Timeout | undefined;
  /** When the timer looks next. */
  let next = Number.POSITIVE_INFINITY;

  /** Also where the clock was set back: what began to wait in the future would wait for too long. */
  const isDue = ({ since, retryAt }: Waiting) =>
    retryAt !== null && (retryAt <= Date.now() || since > Date.now());
  const fits = ({ reason, upperUsd, folder }: Waiting) =>
    reason === "budget" && upperUsd !== null && hasRoomFor(upperUsd, folder.name);
  const isUndone = ({ undone }: Waiting) => undone !== undefined && settings.isUndone(undone);
  /** What was undone and is so no more was taken up elsewhere. */
  const isOver = (one: Waiting) => {
    if (one.undone !== undefined) return !isUndone(one);
    return one.reason === "account" ? isFree(one.profile) : fits(one) || isDue(one);
  };

  const lookBy = (time: number) => {
    if (time >= next) return;
    next = time;
    clearTimeout(timer);
    timer = setTimeout(offerDue, Math.min(Math.max(0, time - Date.now()), LONGEST_TIMER));
  };
  const offerDue = () => {
    next = Number.POSITIVE_INFINITY;
    for (const one of waiting.values()) {
      if (isDue(one)) {
        // What was put back is let go of when it is looked at.
        if (!one.parked) waiting.delete(one.path);
        offer(one);
      } else if (one.retryAt !== null) lookBy(one.retryAt);
    }
  };

  return {
    add(one) {
      waiting.set(one.path, one);
      if (one.retryAt !== null) lookBy(isDue(one) ? 0 : one.retryAt);
    },

    async holds(path) {
      const one = waiting.get(path);
      if (!one?.parked) return false;
      if (!isOver(one) && (await isAsItWas(one.parked))) return true;
      if (!isUndone(one)) {
        waiting.delete(path);
        return false;
      }
      const parked = await parkedAt(path);
      // Other bytes are another document; but those of this one may only be on their way there again.
      if ((await bytesAt(path)) !== one.undone) return false;
      waiting.set(path, { ...one, parked });
      return true;
    },

    isUndone(path) {
      const one = waiting.get(path);
      return one !== undefined && isUndone(one);
    },

    refill() {
      const first = waiting.values().find(fits);
      if (first) offer(first);
    },

    recheck() {
      for (const one of waiting.values()) {
        if (one.reason !== "offline") continue;
        const due = { ...one, retryAt: Date.now() };
        if (one.parked) waiting.set(one.path, due);
        else waiting.delete(one.path);
        offer(due);
      }
    },

    async wake(scope, howMany) {
      for (const one of waiting.values()) {
        if (one.reason !== "account" || !isOf(one.profile, scope)) continue;
        // One that was taken away by hand would leave the others waiting for what it finds out.
        if (!(await isThere(one.path))) continue;
        offer(one);
        if (howMany === "one") return;
      }
    },

    [Symbol.dispose]: () => clearTimeout(timer),
  };
}

const isOf = (profile: Profile, { is, name }: Scope) => nameIn(is, profile) === name;

/** What can't be looked at isn't gone. */
const isThere = (path: string): Promise<boolean> => exists(path).catch(() => true);
