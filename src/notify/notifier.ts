import { hostname } from "node:os";
import { setTimeout as pause } from "node:timers/promises";
import type { Logger } from "pino";
import { type Bundle, openGathering } from "./gathering.ts";
import { openLimit } from "./limit.ts";
import { type News, newsIn } from "./news.ts";
import type { Notification } from "./notification.ts";
import type { NotifyState } from "./state.ts";
import type { DaySummary } from "./summary.ts";
import { type Failure, tell } from "./tell.ts";
import { wordsFor, wordsForDay, wordsForTest } from "./words.ts";

/** Tells a person what needs them, by running a command of theirs; disposing tells what is gathered, and ends it. */
export interface Notifier extends AsyncDisposable {
  /** Looks at a line of the log as it was written, and tells a person where it needs one. Never fails, never waits. */
  readonly heed: (line: string) => void;
  /** Tells what a day came to. Never fails, never waits. */
  readonly summarise: (summary: DaySummary) => void;
  readonly state: () => NotifyState;
}

/** Milliseconds, but for the number. */
export interface Pace {
  /** What comes so soon after the first of an occasion is told as one. */
  readonly gather: number;
  /** So many are told within `limit`. */
  readonly most: number;
  readonly limit: number;
  /** How long the command may take, and then to end. */
  readonly patience: number;
  readonly grace: number;
  /** How long what is left at the end is waited for. */
  readonly farewell: number;
}

/** The farewell is short, for a stop as a whole has little time. */
export const usualPace: Pace = {
  gather: 600_000,
  most: 20,
  limit: 3_600_000,
  patience: 30_000,
  grace: 5_000,
  farewell: 2_000,
};

export interface NotifierOptions {
  /** What autod was started with. */
  readonly env: NodeJS.ProcessEnv;
  readonly log: Pick<Logger, "warn">;
  readonly pace?: Pace;
}

/** So many wait for the command, which is run once at a time; more are left out. */
const MOST_WAITING = 20;

/**
 * Opens a notifier for a command: the program and its arguments, which no shell reads.
 *
 * Of what comes in numbers the first is told at once and the rest as one; trouble that lasts is told once, and once
 * more when it is over. What can't be told is logged, counted, said in the next, and not tried again.
 */
export function openNotifier(
  command: readonly string[],
  { env, log, pace = usualPace }: NotifierOptions,
): Notifier {
  const state = { sent: 0, failed: 0, dropped: 0, lastSentAt: null, lastFailure: null } as {
    -readonly [key in keyof NotifyState]: NotifyState[key];
  };
  const troubles = new Map<string, Trouble>();
  const waiting: Content[] = [];
  const limit = openLimit(pace.most, pace.limit);
  const ending = new AbortController();
  const telling = { env, most: pace.patience, grace: pace.grace, signal: ending.signal };
  /** Notifications that nobody has seen since the last that somebody could. */
  let unseen = 0;
  let lastCause: string | null = null;
  let work: Promise<void> | null = null;
  let isClosed = false;

  const settle = (failure: Failure | null) => {
    const at = new Date().toISOString();
    if (failure === null) {
      state.sent += 1;
      state.lastSentAt = at;
      lastCause = null;
      return;
    }
    const { cause, message } = failure;
    state.failed += 1;
    unseen += 1;
    state.lastFailure = { at, message };
    if (cause !== lastCause) log.warn({ error: { message } }, "notification failed");
    lastCause = cause;
  };

  const workOff = async () => {
    for (let content = waiting.shift(); content; content = waiting.shift()) {
      const missed = unseen;
      unseen = 0;
      const failure = await tell(command, complete(content, missed), telling);
      if (failure) unseen += missed;
      settle(failure);
    }
  };

  const send = (content: Content) => {
    if (waiting.length >= MOST_WAITING || !limit.take()) {
      state.dropped += 1;
      unseen += 1;
      return;
    }
    waiting.push(content);
    work ??= workOff().finally(() => {
      work = null;
    });
  };

  const gathering = openGathering(pace.gather, (bundle) => {
    for (const { trouble } of bundle.first) {
      const known = trouble === null ? undefined : troubles.get(trouble);
      if (known) known.isTold = true;
    }
    send(contentOf(bundle));
  });

  const begin = (news: News, trouble: string) => {
    const before = troubles.get(trouble);
    if (before && before.news.error?.code === news.error?.code) return;
    // Nobody was told that it was over.
    const goesOn = gathering.retract("well", news.name);
    troubles.set(trouble, { news, isTold: goesOn || before?.isTold === true });
    if (!goesOn) gathering.add(news);
  };

  const end = (trouble: string) => {
    const known = troubles.get(trouble);
    if (!known) return;
    troubles.delete(trouble);
    const { news, isTold } = known;
    gathering.retract(news.occasion, news.name);
    // That a day begins is no news.
    if (!isTold || news.occasion === "budget") return;
    gathering.add({ ...news, occasion: "well", trouble: null, error: null });
  };

  const hear = (line: string) => {
    const news = newsIn(line);
    if (news === null) return;
    if ("over" in news) news.over.forEach(end);
    // The process ends with this line: nothing else can be waited for.
    else if (news.isLast) {
      const content = contentOf({ count: 1, first: [news] });
      void tell(command, complete(content, unseen), { ...telling, isHeard: false });
    } else if (news.trouble === null) gathering.add(news);
    else begin(news, news.trouble);
  };

  return {
    heed(line) {
      if (isClosed) return;
      try {
        hear(line);
      } catch (error) {
        log.warn({ error: { message: String(error) } }, "notification failed");
      }
    },

    summarise(summary) {
      if (isClosed) return;
      const words = wordsForDay(summary);
      send({ ...ofNothing, ...words, occasion: "summary", count: summary.came, summary });
    },

    state: () => ({ ...state }),

    async [Symbol.asyncDispose]() {
      if (isClosed) return;
      isClosed = true;
      gathering.flush();
      gathering[Symbol.dispose]();
      await Promise.race([work, pause(pace.farewell, undefined, { ref: false })]);
      waiting.length = 0;
      ending.abort();
      await work;
    },
  };
}

/** Trouble that lasts. */
interface Trouble {
  readonly news: News;
  /** Whether a person was told of it, and not yet of its end. */
  isTold: boolean;
}

/** Runs the command once, to see whether a person would be told: null where it ended well. Never rejects. */
export async function tryToTell(
  command: readonly string[],
  { env, signal }: { readonly env: NodeJS.ProcessEnv; readonly signal: AbortSignal },
): Promise<Failure | null> {
  const { patience: most, grace } = usualPace;
  const content = { ...ofNothing, ...wordsForTest, occasion: "test", count: 0 } as const;
  return await tell(command, complete(content, 0), { env, most, grace, signal });
}

type Content = Omit<Notification, "version" | "at" | "host">;

/** About no document, no folder and no error. */
const ofNothing = { folder: null, path: null, id: null, error: null, summary: null } as const;

function contentOf(bundle: Bundle): Content {
  const { count, first } = bundle;
  const [one] = first;
  const isOne = count === 1 && one !== undefined;
  const isSame = count === first.length && first.every(({ folder }) => folder === one?.folder);
  return {
    ...ofNothing,
    ...wordsFor(bundle),
    occasion: one?.occasion ?? "fault",
    count,
    folder: isSame ? (one?.folder ?? null) : null,
    error: one?.error ?? null,
    ...(isOne ? { path: one.path, id: one.id } : {}),
  };
}

function complete(content: Content, missed: number): Notification {
  const earlier = missed === 1 ? "1 earlier notification" : `${missed} earlier notifications`;
  const confession = missed === 0 ? "" : ` ${earlier} didn't reach you.`;
  return {
    version: 1,
    at: new Date().toISOString(),
    host: hostname(),
    ...content,
    text: content.text + confession,
  };
}
