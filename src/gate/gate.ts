import type { AutodError } from "../errors.ts";

/** Why nothing goes through, and until when. */
export interface Shut {
  /** block: a person must act. pause: it passes by itself. */
  readonly kind: "block" | "pause";
  readonly error: AutodError;
  /** Milliseconds, as Date.now(): since when, and when it is looked whether it is over. */
  readonly since: number;
  readonly until: number;
  /** Whether the server itself named that time: it is kept, and then no further question is needed. */
  readonly isAsked: boolean;
}

/**
 * What documents go through on their way to the API, one by one while it is on trial.
 *
 * A gate that was shut is looked at after a wait that grows each time: first by a free probe, then by letting
 * one document through. How that one fares opens the gate or shuts it again.
 */
export interface Gate {
  /** Null while it is open; on trial it tells still what it was shut for. */
  readonly shut: () => Shut | null;
  /** Whether one more may go through now. */
  readonly isFree: () => boolean;
  /** Goes through; on trial this one's fate decides. */
  readonly enter: (document: object) => void;
  readonly isTried: (document: object) => boolean;
  /** The document is done, and said nothing: on trial the next one may try. */
  readonly leave: (document: object) => void;
  readonly open: () => void;
  /** Shuts it, or shuts it again for longer. `wait` (milliseconds) is what the server itself asked for. */
  readonly close: (kind: Shut["kind"], error: AutodError, wait?: number) => void;
  /** Resolves when it has changed in any way; rejects when the work ends. */
  readonly changed: () => Promise<void>;
}

export interface GateSettings {
  /** Milliseconds: the first wait of each kind, and the longest of all; each is twice the one before. */
  readonly waits: Readonly<Record<Shut["kind"] | "longest", number>>;
  /** Asks, at no cost, whether it is over; throws while it isn't. */
  readonly probe: (signal: AbortSignal) => Promise<void>;
  /** Told when it was shut, was opened, or is on trial and waits for one to try. */
  readonly onChange?: (change: "shut" | "trial" | "open", was: Shut) => void;
  /** Ends all waiting. */
  readonly signal: AbortSignal;
}

export function makeGate({ waits, probe, onChange, signal }: GateSettings): Gate {
  let shut: Shut | null = null;
  let onTrial = false;
  let tried: object | null = null;
  let wait = 0;
  let timer: NodeJS.Timeout | undefined;
  let change = announcement();

  const announce = () => {
    const { resolve } = change;
    change = announcement();
    resolve();
  };
  signal.addEventListener("abort", () => {
    clearTimeout(timer);
    change.reject(signal.reason);
  });

  /** Looks whether it is over, unless it was shut anew or opened meanwhile. */
  const look = async (was: Shut) => {
    const isOver = was.isAsked || (await succeeds(probe(signal)));
    if (shut !== was || signal.aborted) return;
    if (!isOver) {
      shutFor(was, grown(was.kind));
      return;
    }
    onTrial = true;
    announce();
    onChange?.("trial", was);
  };

  const grown = (kind: Shut["kind"]) =>
    (wait = Math.min(wait > 0 ? wait * 2 : waits[kind], waits.longest));

  const shutFor = (why: Omit<Shut, "until">, milliseconds: number) => {
    const now: Shut = { ...why, until: Date.now() + milliseconds };
    shut = now;
    onTrial = false;
    tried = null;
    arm(() => void look(now), milliseconds);
    announce();
  };

  const arm = (action: () => void, milliseconds: number) => {
    clearTimeout(timer);
    if (signal.aborted) return;
    const rest = milliseconds - LONGEST_TIMER;
    timer =
      rest > 0
        ? setTimeout(() => arm(action, rest), LONGEST_TIMER)
        : setTimeout(action, milliseconds);
  };

  return {
    shut: () => shut,
    isFree: () => shut === null || (onTrial && tried === null),
    isTried: (document) => tried === document,
    changed: () => (signal.aborted ? Promise.reject(signal.reason as Error) : change.promise),

    enter(document) {
      if (shut !== null) tried = document;
    },

    leave(document) {
      if (tried !== document || shut === null) return;
      tried = null;
      announce();
      onChange?.("trial", shut);
    },

    open() {
      if (shut === null) return;
      const was = shut;
      clearTimeout(timer);
      shut = null;
      onTrial = false;
      tried = null;
      wait = 0;
      announce();
      onChange?.("open", was);
    },

    close(kind, error, asked) {
      const since = shut?.kind === kind ? shut.since : Date.now();
      const isNew = shut?.kind !== kind;
      if (isNew) wait = 0;
      const isAsked = kind === "pause" && asked !== undefined;
      shutFor({ kind, error, since, isAsked }, asked ?? grown(kind));
      if (isNew && shut !== null) onChange?.("shut", shut);
    },
  };
}

/** Milliseconds that one timer can be set for at most: with more it fires at once. */
export const LONGEST_TIMER = 2 ** 31 - 1;

const succeeds = (promise: Promise<void>): Promise<boolean> =>
  promise.then(
    () => true,
    () => false,
  );

function announcement() {
  const made = Promise.withResolvers<void>();
  // Nobody may be waiting when the work ends.
  made.promise.catch(() => undefined);
  return made;
}
