import { once } from "node:events";
import { isDeepStrictEqual } from "node:util";
import type { Config } from "./config/schema.ts";
import { type Desk, openDesk } from "./desk/desk.ts";
import { openReruns, type Reruns } from "./desk/reruns.ts";
import { AutodError, errorIn } from "./errors.ts";
import { usualWaits, type Waits } from "./intake/backoff.ts";
import { finishRereadings } from "./intake/deeds/reread.ts";
import type { Tally } from "./intake/intake.ts";
import { openPause } from "./intake/pause.ts";
import { holdOpenAsks } from "./intake/recover.ts";
import { openTurnstile } from "./intake/turnstile.ts";
import { LOG_NAME, loggable, openLog } from "./log.ts";
import { showAmount, showUsd } from "./money/amount.ts";
import { noOpenCalls, spendingIn, spendingOf } from "./money/billing.ts";
import { limitsIn, openBudget } from "./money/budget.ts";
import { openExperiences } from "./money/experience.ts";
import { oftenFor, openLedger } from "./money/ledger.ts";
import { reconcile } from "./money/reconcile.ts";
import { openNotifier, type Notifier } from "./notify/notifier.ts";
import { daySummary } from "./notify/summary.ts";
import { shutdownsOf, shutdownWords } from "./money/shutdown.ts";
import { usedProfiles } from "./money/used.ts";
import { startInspector } from "./pdf/inspector.ts";
import { openRest } from "./rest.ts";
import type { Job } from "./schedule.ts";
import { type House, openShift, type Shift } from "./shift.ts";
import { answersOf } from "./desk/answers.ts";
import { openAudience } from "./socket/audience.ts";
import { serve } from "./socket/serve.ts";
import type { DaemonState, Reloaded } from "./state.ts";
import { openSuccession } from "./succession.ts";
import { isBackupDue } from "./store/backup.ts";
import { openDataDir } from "./store/data-dir.ts";
import { openHolds } from "./store/holds.ts";
import type { DocumentRecord } from "./store/record.ts";
import { openStore } from "./store/store.ts";

/** autod at work: everything is open until it is disposed. */
export interface Daemon extends AsyncDisposable {
  /** Takes what lies in the inboxes now, and what is left in staging; resolves when each has its fate. */
  readonly once: () => Promise<Summary>;
  /**
   * The same, and all that comes later; resolves when `stop` was called and nothing is in work. `onWatching` is called
   * once every folder that is online is watched.
   */
  readonly watch: (onWatching?: () => void) => Promise<Summary>;
  /**
   * No new claims. What has its answer is filed; an ask that is being sent is given 5 seconds; all else, also
   * waiting for an answer in the making, ends where it stands and is carried on at the next start.
   */
  readonly stop: () => void;
  /**
   * Reads the settings anew, and goes on by them; what is in work is ended by those that it began with. Rejects with
   * what is wrong with them: then nothing has changed.
   */
  readonly reload: () => Promise<Reloaded>;
  /** Resolves where it does what it is there for; rejects where that has stopped. */
  readonly alive: () => Promise<void>;
  /** How much there is to do and what today cost, in a few words. */
  readonly words: () => string;
  /** Logs a fault of ours that ends the process now. */
  readonly lastWords: (error: unknown) => void;
  readonly records: () => Iterable<DocumentRecord>;
  readonly desk: Desk;
  readonly reruns: Reruns;
}

export interface Summary {
  readonly tally: Readonly<Tally>;
  /** Names of folders in which nothing could be taken. */
  readonly offline: readonly string[];
}

/** What is read before work begins, and at each reload. */
export interface Settings {
  readonly config: Config;
  /** The key of each server that may be asked. */
  readonly keys: ReadonlyMap<string, string>;
}

export interface DaemonOptions extends Pick<Settings, "keys"> {
  /** Is shown the log as it is written. */
  readonly eyes?: ((line: string) => void) | undefined;
  /** How long documents wait that could not be read for now. */
  readonly waits?: Waits;
  /** Milliseconds that a stop leaves to answers that may have been paid for. */
  readonly grace?: number;
  /** Reads the settings anew; throws what is wrong with them. */
  readonly read?: () => Promise<Settings>;
  readonly version?: string;
  /** What commands are run with that tell a person. */
  readonly env?: NodeJS.ProcessEnv;
}

/** Opens every room in its order; what was opened is closed in reverse, also where a later one fails to. */
export async function openDaemon(
  config: Config,
  { keys, eyes, waits = usualWaits, grace = 5_000, read, version = "", env = {} }: DaemonOptions,
): Promise<Daemon> {
  await using opening = new AsyncDisposableStack();
  const [stopping, timeUp] = [new AbortController(), new AbortController()];
  const [{ signal }, { signal: deadline }] = [stopping, timeUp];
  /** Whether it works until it is stopped, so that what waits a minute is come back to. */
  let lasting = false;

  const { path, instance } = opening.use(await openDataDir(config.dataDir));
  const audience = openAudience();
  const rest = opening.use(openRest());
  let notifier: Notifier | null = null;
  const { logger: log } = opening.use(
    await openLog(config.logs, (line) => {
      // Whatever happens is logged.
      rest.stir();
      audience.tell(line);
      eyes?.(line);
      notifier?.heed(line);
    }),
  );
  const notifierOf = ({ notify }: Config) => notify && openNotifier(notify.command, { env, log });
  notifier = notifierOf(config);
  opening.defer(() => notifier?.[Symbol.asyncDispose]());
  const store = opening.use(
    await openStore(path, {
      onCompacted: (records, bytes) =>
        log.info({ event: "store.compacted", records, bytes }, "store compacted"),
    }),
  );
  const pausing = await openPause(path);
  const { budget: caps, logs } = config;
  const logEnd = await reconcile(store, { folder: logs.dir, name: LOG_NAME, caps, log });
  const ledger = openLedger(store, logEnd, log, oftenFor(logs));
  const budget = openBudget(limitsIn(config), spendingIn(store.calls()));
  const experiences = openExperiences(store.all());
  const house: House = {
    instance,
    store,
    holds: openHolds(),
    inspector: opening.use(startInspector({ signal })),
    budget,
    books: { ledger, budget, experiences, open: noOpenCalls() },
    pausing,
    turnstile: openTurnstile(),
    inWork: new Map(),
    onItsWay: new Set(),
    waits,
    isLasting: () => lasting,
    park: (waiting) => succession.shift().park(waiting),
    signal,
    deadline,
    log,
  };

  const settings = {
    readAt: new Date().toISOString(),
    refused: null as DaemonState["settings"]["refused"],
    later: [] as readonly string[],
  };

  const failed = (name: string, error: unknown) => {
    log.error({ error: loggable(error) }, `${name} failed`);
  };
  const backUp = async () => {
    // Nothing is known yet.
    if (store.all()[Symbol.iterator]().next().done) return;
    log.info({ event: "store.backup", path: await store.backUp() }, "store backed up");
  };
  let reportedAt = new Date(Date.now() - A_DAY);
  /** The running totals and what is to come for the log, what the day came to for a person. */
  const reportDay = async () => {
    report();
    const [since, until] = [reportedAt, new Date()];
    reportedAt = until;
    const kept = { records: store.all(), calls: store.calls(), limits: limitsIn(shift().config) };
    const day = daySummary(kept, since, until);
    if (day) notifier?.summarise(day);
  };
  const report = () => {
    ledger.report();
    for (const one of shutdownsOf(usedProfiles(shift().config))) {
      const error = { message: shutdownWords(one) };
      log.warn({ model: one.model, error }, "a model in use is shut down soon");
    }
  };

  const jobsOf = ({ config: { schedule: at }, folders, sweepUploads }: Shift): readonly Job[] => [
    { name: "rescan", at: at.rescan, run: folders.rescan },
    { name: "sweepUploads", at: at.sweepUploads, run: sweepUploads },
    { name: "backup", at: at.backup, run: backUp },
    { name: "report", at: at.report, run: reportDay },
  ];
  const succession = opening.use(
    openSuccession(await openShift(config, keys, house), {
      jobsOf,
      onHandOver(former, next) {
        budget.limit(limitsIn(next.config));
        if (isDeepStrictEqual(former.config.notify, next.config.notify)) return;
        succession.leave(notifier?.[Symbol.asyncDispose]());
        notifier = notifierOf(next.config);
      },
      inWork: house.inWork,
      failed,
    }),
  );
  const { shift } = succession;

  const reload = async (): Promise<Reloaded> => {
    if (!lasting || !read) {
      const message = "autod run --once reads its settings at start only";
      const hint = "It ends by itself; the next one reads them.";
      throw new AutodError("ARGUMENT_INVALID", message, { hint });
    }
    if (signal.aborted) throw new AutodError("DAEMON_GONE", "autod ends");
    try {
      const wanted = await read();
      requireSameStore(wanted.config, config);
      const next = await openShift(wanted.config, wanted.keys, house);
      await succession.handOver(next);
      settings.later = laterThan(wanted.config, config);
      settings.refused = null;
      settings.readAt = new Date().toISOString();
      const { file, folders } = wanted.config;
      const names = folders.map(({ name }) => name);
      log.info({ folders: names, later: settings.later }, "settings read anew");
      return { file, folders: names, later: [...settings.later], leaving: succession.inHand() };
    } catch (error) {
      const { message } = errorIn(error);
      settings.refused = { at: new Date().toISOString(), message };
      log.error({ error: loggable(error) }, "settings not taken: those from before stay in force");
      throw error;
    }
  };
  /** Beginning to watch, and each change of settings, one after the other. */
  let turns: Promise<unknown> = Promise.resolve();
  const inTurn = <One>(act: () => Promise<One>): Promise<One> => {
    const done = turns.then(act);
    turns = done.catch(() => undefined);
    return done;
  };

  const heed = (record: DocumentRecord) => shift().heed(record);
  const desk = openDesk({
    store,
    instance,
    holds: house.holds,
    turnstile: house.turnstile,
    deciding: () => shift().deciding,
    heed,
    nextSeq: ledger.nextSeq,
    book(call) {
      budget.book(spendingOf(call));
      ledger.tell(call, log.child({ folder: call.folder }));
    },
    log,
  });
  const reruns = openReruns({
    store,
    holds: house.holds,
    shift,
    heed,
    signal,
    deadline,
    log,
  });

  const startedAt = new Date().toISOString();
  const state = (): DaemonState => ({
    version,
    pid: process.pid,
    startedAt,
    pausedSince: pausing.since(),
    settings: { file: shift().config.file, ...settings, later: [...settings.later] },
    leaving: succession.inHand(),
    notify: notifier?.state() ?? null,
  });
  const answers = answersOf({
    shift,
    state,
    pausing,
    reload: () => inTurn(reload),
    desk,
    reruns,
    audience,
  });
  opening.use(await serve(config.socket, answers, log));
  opening.defer(audience.end);

  log.info({ event: "daemon.started", instance, dataDir: path }, "autod started");
  const damage = store.damage();
  if (damage !== null)
    log.error({ error: { code: "STORE_DAMAGED", message: damage } }, "store damaged");
  report();
  holdOpenAsks(store, shift().billing);
  await shift().bookLostAsks();
  await shift().begin();
  opening.defer(() => log.info({ event: "daemon.stopped" }, "autod stopped"));

  /** What is done beside the work, once at start. */
  const besides = new Set<Promise<unknown>>();
  let orphans: Promise<void> | undefined;
  const finishReading = () => {
    const first = shift();
    const context = { log, signal, deadline };
    besides.add(first.during(() => finishRereadings(store.all(), first.reader, context)));
  };
  const stop = () => {
    if (signal.aborted) return;
    stopping.abort();
    setTimeout(() => timeUp.abort(), grace).unref();
  };
  const summary = (): Summary => ({
    tally: shift().intake.tally(),
    offline: shift().folders.offline(),
  });

  const stack = opening.move();
  return {
    records: () => store.all(),
    desk,
    reruns,
    reload: () => inTurn(reload),
    stop,
    lastWords: (error) => log.fatal({ event: "daemon.stopped", err: error }, "a fault in autod"),

    async alive() {
      await store.settled();
      if (succession.late().includes("rescan"))
        throw new Error("the folders are not listed any more");
    },

    words() {
      const { perDay } = shift().config.budget;
      const cap = perDay === null ? "" : ` of ${showUsd(perDay)}`;
      const cost = `${showAmount(budget.spentToday())}${cap} today`;
      const todo = `${house.inWork.size} in work, ${shift().intake.waiting()} to be taken`;
      return `${pausing.since() === null ? todo : `paused, ${todo}`}; ${cost}`;
    },

    async once() {
      finishReading();
      await shift().folders.visit();
      // Beside the work: an archive may be large.
      besides.add(shift().sweepRoots());
      orphans = shift().sweepUploads();
      await shift().idle();
      // What can't be deleted by then is by the next start.
      const late = once(AbortSignal.timeout(grace), "abort");
      await Promise.race([Promise.all([shift().cleaned(), orphans]), late]);
      return summary();
    },

    async watch(onWatching = () => undefined) {
      lasting = true;
      finishReading();
      await inTurn(succession.begin);
      onWatching();
      // A machine may be asleep each night at the time of its backup.
      const missed = (await isBackupDue(path)) ? backUp() : Promise.resolve();
      besides.add(missed.catch((error: unknown) => failed("backup", error)));
      besides.add(shift().sweepRoots());
      orphans = shift().sweepUploads();
      if (!signal.aborted) await once(signal, "abort");
      await turns;
      await succession.rest();
      await shift().idle();
      return summary();
    },

    async [Symbol.asyncDispose]() {
      stop();
      await turns;
      await shift().idle();
      await Promise.all([...besides, orphans]);
      await shift().cleaned();
      await stack.disposeAsync();
    },
  };
}

/** Milliseconds. */
const A_DAY = 86_400_000;

/** What was taken for one store must not end up in another. */
function requireSameStore({ dataDir, file }: Config, { dataDir: open }: Config): void {
  if (dataDir === open) return;
  const message = `${file}: dataDir: can't change from ${open} while autod is running`;
  throw new AutodError("CONFIG_INVALID", message, { hint: "Stop autod, and start it again." });
}

/** Settings that count from the next start. */
const laterThan = ({ logs }: Config, { logs: now }: Config): string[] =>
  Object.entries(logs)
    .filter(([name, value]) => !isDeepStrictEqual(value, now[name as keyof Config["logs"]]))
    .map(([name]) => `logs.${name}`);
