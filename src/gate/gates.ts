import type { Logger } from "pino";
import { AutodError, type ErrorCode, scopeOf } from "../errors.ts";
import { loggable } from "../log.ts";
import type { Profile } from "../openai/profile.ts";
import { type Gate, makeGate } from "./gate.ts";

/** A document's leave to send requests; disposing gives it up. */
export interface Passage extends Disposable {
  /**
   * Resolves when a request may go out: at once, or after a pause of a minute at most. Throws what stands in
   * the way where a person must act, or where it lasts longer (with `retryAfter`).
   */
  readonly clear: () => Promise<void>;
  /** Told that a request was answered, whatever the answer is worth. */
  readonly passed: (stage: string) => void;
  /**
   * Told what a request failed of. Gives the error as it is to be taken: what was held against the profile for
   * this same document before (`accused`), and was disproved by others, is the document's own fault.
   */
  readonly failed: (stage: string, error: unknown, accused: string | undefined) => unknown;
  /**
   * Told that the API condemned a document. Gives the SHA-256 of those that are to go back with it, for
   * three in a row that are refused for the same reason are hardly to blame; empty where it is the document's fault.
   */
  readonly condemned: (
    sha256: string,
    apiCode: string,
    accused: string | undefined,
  ) => readonly string[];
}

/** For a document that is read already: no request goes out for it. */
export const unhindered: Passage = {
  clear: () => Promise.resolve(),
  passed: () => undefined,
  failed: (_, error) => error,
  condemned: () => [],
  [Symbol.dispose]: () => undefined,
};

/** The gates of all servers and profiles. */
export interface Gates {
  /** Whether a document of this profile could go through now. */
  readonly isFree: (profile: Profile) => boolean;
  /** Goes through, if that can be now. */
  readonly enter: (profile: Profile) => Passage | null;
  /**
   * Resolves when the way may be free; false where it won't be soon. `patient` waits however long it takes,
   * else only for a pause of a minute at most.
   */
  readonly free: (profile: Profile, patient: boolean) => Promise<boolean>;
  /** Shuts what was blocked when the program ended; the first look is at once. */
  readonly restore: (profile: Profile, error: AutodError) => void;
}

export interface GatesSettings {
  /** Milliseconds. */
  readonly retry: { readonly minDelay: number; readonly maxDelay: number };
  /** Asks the profile's server, at no cost, whether it would read for this profile. */
  readonly probe: (profile: Profile, signal: AbortSignal) => Promise<void>;
  /** Told when documents that wait for this server or profile may try again: one, or all of them. */
  readonly onFree: (scope: Scope, howMany: "one" | "all") => void;
  readonly signal: AbortSignal;
  readonly log: Logger;
}

/** What a gate is for. */
export interface Scope {
  readonly is: "server" | "profile";
  readonly name: string;
}

/** What a profile's gate of that sort is called. */
export const nameIn = (is: Scope["is"], { key, settings }: Profile): string =>
  is === "server" ? settings.server : key;

/** Milliseconds: who must wait longer gives its place to others. */
export const LONGEST_STAY = 60_000;

/** So many transient failures in a row, over all documents, and the server is left alone for a while. */
const TOO_MANY = 8;
/** So many documents in a row, refused for the same reason, and it is the profile's fault. */
const HARDLY_THEIRS = 3;

/** How a server fares that is talked to. */
const ofWeather: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  "API_UNREACHABLE",
  "API_BUSY",
  "API_FAULT",
  "API_ANSWER_LOST",
]);

/** All gates are open at first. */
export function openGates({ retry, probe, onFree, signal, log }: GatesSettings): Gates {
  const { minDelay, maxDelay } = retry;
  // What a person must mend is looked at less often.
  const waits = { pause: minDelay, block: Math.max(minDelay, maxDelay / 10), longest: maxDelay };
  const made = new Map<string, Way>();

  const wayOf = (is: Scope["is"], profile: Profile): Way => {
    const scope = { is, name: nameIn(is, profile) };
    const key = `${scope.is} ${scope.name}`;
    const known = made.get(key);
    if (known) return known;
    const gate = makeGate({
      waits,
      signal,
      probe: (ends) => probe(profile, ends),
      onChange(change, { kind, error }) {
        const about = { [scope.is]: scope.name, error: loggable(error) };
        if (change === "shut") tellShut(kind, about);
        if (change === "open") tellOpen(kind, about);
        if (change !== "shut") onFree(scope, change === "open" ? "all" : "one");
      },
    });
    const way = { gate, row: new Map<string, number>(), refused: [], hasRead: false };
    made.set(key, way);
    return way;
  };

  const tellShut = (kind: "block" | "pause", about: object) => {
    if (kind === "pause") log.warn(about, "server left alone for a while");
    else log.error({ event: "account.blocked", ...about }, "blocked until a person acts");
  };
  const tellOpen = (kind: "block" | "pause", about: object) => {
    if (kind === "pause") log.info(about, "server answers again");
    else log.info({ event: "account.ok", ...about }, "no longer blocked");
  };

  const waysOf = (profile: Profile) => ({
    server: wayOf("server", profile),
    profile: wayOf("profile", profile),
  });
  const gatesOf = (profile: Profile): readonly Gate[] =>
    Object.values(waysOf(profile)).map(({ gate }) => gate);
  const isFree = (profile: Profile) => gatesOf(profile).every((gate) => gate.isFree());

  return {
    isFree,

    enter: (profile) => (isFree(profile) ? passageThrough(waysOf(profile)) : null),

    async free(profile, patient) {
      for (;;) {
        const shut = gatesOf(profile).find((gate) => !gate.isFree());
        if (!shut) return true;
        if (!patient && !isShort(shut)) return false;
        await shut.changed();
      }
    },

    restore(profile, error) {
      const scope = scopeOf(error.code);
      if (scope) waysOf(profile)[scope].gate.close("block", error, 0);
    },
  };
}

interface Way {
  readonly gate: Gate;
  /** Transient failures in a row, by stage. */
  readonly row: Map<string, number>;
  /** The documents that were refused in a row for the same reason. */
  readonly refused: { readonly sha256: string; readonly apiCode: string }[];
  /** Whether any document was read since this process began: before that nothing is disproved. */
  hasRead: boolean;
}

/** Whether it is worth waiting at a gate. */
function isShort(gate: Gate): boolean {
  const shut = gate.shut();
  return shut === null || (shut.kind === "pause" && shut.until - Date.now() <= LONGEST_STAY);
}

function passageThrough({ server, profile }: Record<Scope["is"], Way>): Passage {
  const me = {};
  const gates = [server.gate, profile.gate];
  for (const gate of gates) gate.enter(me);

  /** Those who were under way when it was shut say nothing new. */
  const block = (scope: Scope["is"], error: AutodError) => {
    const { gate } = { server, profile }[scope];
    if (gate.shut()?.kind !== "block" || gate.isTried(me)) gate.close("block", error);
  };

  /** An accusation that others disproved is not believed again. */
  const isDisproved = (code: string, accused: string | undefined) =>
    code === accused && profile.hasRead && profile.gate.shut() === null;

  const countFailure = (stage: string, error: AutodError) => {
    const { gate, row } = server;
    const count = (row.get(stage) ?? 0) + 1;
    row.set(stage, count);
    const shut = gate.shut();
    if (error.retryAfter !== undefined && shut?.kind !== "block") {
      // Of two that were told to wait, the longer wait holds.
      const left = shut === null || gate.isTried(me) ? 0 : shut.until - Date.now();
      if (error.retryAfter >= left) gate.close("pause", error, error.retryAfter);
    } else if (shut === null ? count >= TOO_MANY : gate.isTried(me)) closeAgain(gate, error);
  };

  /** What was under way when it was shut says that the server answers, but not that it takes back what it asked. */
  const openAfter = (gate: Gate) => {
    const shut = gate.shut();
    if (gate.isTried(me) || (shut?.kind === "pause" && !shut.isAsked)) gate.open();
  };

  return {
    async clear() {
      for (const gate of gates) {
        for (let shut = gate.shut(); shut !== null && !gate.isTried(me); shut = gate.shut()) {
          if (gate.isFree()) gate.enter(me);
          else if (isShort(gate)) await gate.changed();
          else throw inTheWay(shut);
        }
      }
    },

    passed(stage) {
      server.row.delete(stage);
      // An upload is taken also from those who have no credit left.
      if (stage !== "extract") return;
      profile.refused.length = 0;
      profile.hasRead = true;
      for (const gate of gates) openAfter(gate);
    },

    failed(stage, error, accused) {
      if (!(error instanceof AutodError)) return error;
      const scope = scopeOf(error.code);
      if (scope === "profile" && isDisproved(error.code, accused)) {
        const { message, hint, apiCode } = error;
        return new AutodError("REQUEST_REJECTED", message, { cause: error, hint, apiCode });
      }
      if (scope) block(scope, error);
      else if (ofWeather.has(error.code)) countFailure(stage, error);
      else if (error.apiCode !== undefined) server.row.delete(stage);
      return error;
    },

    condemned(sha256, apiCode, accused) {
      if (isDisproved("PROFILE_FAILING", accused)) return [];
      const { refused } = profile;
      if (refused.at(-1)?.apiCode !== apiCode) refused.length = 0;
      if (!refused.some((one) => one.sha256 === sha256)) refused.push({ sha256, apiCode });
      const isBlocked = profile.gate.shut() !== null;
      if (refused.length < HARDLY_THEIRS && !isBlocked) return [];
      const message = `documents are refused one after the other for the same reason (${apiCode})`;
      block("profile", new AutodError("PROFILE_FAILING", message));
      return refused.splice(0).map((one) => one.sha256);
    },

    [Symbol.dispose]() {
      for (const gate of gates) gate.leave(me);
    },
  };
}

/** A gate on trial that a person must open stays what it was shut for. */
function closeAgain(gate: Gate, error: AutodError): void {
  const was = gate.shut();
  if (was?.kind === "block") gate.close("block", was.error);
  else gate.close("pause", error);
}

function inTheWay({ kind, error, until }: NonNullable<ReturnType<Gate["shut"]>>): AutodError {
  if (kind === "block") return error;
  const retryAfter = Math.max(0, until - Date.now());
  return new AutodError(error.code, error.message, { cause: error, retryAfter });
}
