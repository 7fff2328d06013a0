import { once } from "node:events";
import { relative } from "node:path";
import { openCatalogue } from "./catalogue/catalogue.ts";
import { passwordsIn } from "./config/passwords.ts";
import type { Config } from "./config/schema.ts";
import type { Folder } from "./document.ts";
import { AutodError } from "./errors.ts";
import { put, targetFor } from "./filing/archive.ts";
import { requireCapacity } from "./filing/capacity.ts";
import { retire } from "./filing/retire.ts";
import { nameIn, openGates } from "./gate/gates.ts";
import { openRoom } from "./gate/room.ts";
import { usualWaits, type Waits } from "./intake/backoff.ts";
import { blocksIn } from "./intake/blocked.ts";
import { claimedBefore } from "./intake/claim.ts";
import type { Decided } from "./intake/deeds/decide.ts";
import {
  applyReading,
  finishRereadings,
  rereadDocument,
  type Rereading,
} from "./intake/deeds/reread.ts";
import { openBroom } from "./intake/broom.ts";
import { type Folders, openFolders } from "./intake/noticing/folders.ts";
import { openHandler } from "./intake/handle.ts";
import { openIntake, type Tally } from "./intake/intake.ts";
import { spotAt } from "./intake/list.ts";
import { sweepOrphans } from "./intake/orphans.ts";
import { openParking, type Waiting } from "./intake/parking.ts";
import {
  bookLostAsks,
  holdOpenAsks,
  leftInStaging,
  openRecovery,
  parkedBefore,
} from "./intake/recover.ts";
import { reviewReasonOf } from "./intake/reason.ts";
import { openRoots, sweepRoots } from "./intake/roots.ts";
import { markTwins } from "./intake/twins.ts";
import { openWithdrawal } from "./intake/withdraw.ts";
import { LOG_NAME, loggable, openLog } from "./log.ts";
import { openAllowance } from "./money/allowance.ts";
import { openBilling, spendingIn } from "./money/billing.ts";
import { limitsIn, openBudget } from "./money/budget.ts";
import { oftenFor, openLedger } from "./money/ledger.ts";
import type { Estimate } from "./money/estimate.ts";
import { reconcile } from "./money/reconcile.ts";
import { openExperiences } from "./money/experience.ts";
import { shutdownsOf, shutdownWords } from "./money/shutdown.ts";
import { usedProfiles } from "./money/used.ts";
import { prepareProfiles, type Profile, profileNamed } from "./openai/profile.ts";
import { hintsFor } from "./openai/prompt.ts";
import { openServers } from "./openai/servers.ts";
import { startInspector } from "./pdf/inspector.ts";
import { openSchedule } from "./schedule.ts";
import { type Answers, serve } from "./socket/serve.ts";
import { openCopies } from "./stages/copy.ts";
import { processing, rereading, type Rooms } from "./stages/index.ts";
import { openMeasuring } from "./stages/measure.ts";
import { openingBy } from "./stages/opening.ts";
import { isBackupDue } from "./store/backup.ts";
import { openDataDir } from "./store/data-dir.ts";
import { openHolds } from "./store/holds.ts";
import type { DocumentRecord } from "./store/record.ts";
import { openStore } from "./store/store.ts";

/** autod at work: everything is open until it is disposed. */
export interface Daemon extends AsyncDisposable {
  /** Takes what lies in the inboxes now, and what is left in staging; resolves when each has its fate. */
  readonly once: () => Promise<Summary>;
  /** The same, and all that comes later; resolves when `stop` was called and nothing is in work. */
  readonly watch: () => Promise<Summary>;
  /**
   * No new claims. What has its answer is filed; an ask that is being sent is given 5 seconds; all else, also
   * waiting for an answer in the making, ends where it stands and is carried on at the next start.
   */
  readonly stop: () => void;
  /** Logs a fault of ours that ends the process now. */
  readonly lastWords: (error: unknown) => void;
  readonly records: () => Iterable<DocumentRecord>;
  /** What reading a document that was filed once more would cost. Throws what speaks against it. */
  readonly price: (record: DocumentRecord, profile: Profile) => Promise<Estimate>;
  /** Reads a document that was filed once more, and changes nothing else; rejects when stopped. */
  readonly reread: (record: DocumentRecord, profile: Profile) => Promise<Rereading>;
  /** Takes what was read so for what is known of a document, and files it accordingly. */
  readonly apply: (record: DocumentRecord) => Promise<Decided>;
}

export interface Summary {
  readonly tally: Readonly<Tally>;
  /** Names of folders in which nothing could be taken. */
  readonly offline: readonly string[];
}

export interface DaemonOptions {
  /** The key of each server that a profile names. */
  readonly keys: ReadonlyMap<string, string>;
  /** Is shown the log as it is written. */
  readonly eyes?: (line: string) => void;
  /** How long documents wait that could not be read for now. */
  readonly waits?: Waits;
  /** Milliseconds that a stop leaves to answers that may have been paid for. */
  readonly grace?: number;
}

/** Opens every room in its order; what was opened is closed in reverse, also where a later one fails to. */
export async function openDaemon(
  config: Config,
  { keys, eyes, waits = usualWaits, grace = 5_000 }: DaemonOptions,
): Promise<Daemon> {
  await using opening = new AsyncDisposableStack();
  const [stopping, timeUp] = [new AbortController(), new AbortController()];
  const [{ signal }, { signal: deadline }] = [stopping, timeUp];
  /** Whether it works until it is stopped, so that what waits a minute is come back to. */
  let lasting = false;
  const isLasting = () => lasting;

  const { path, instance } = opening.use(await openDataDir(config.dataDir));
  const { logger: log } = opening.use(await openLog(config.logs, eyes));
  const store = opening.use(
    await openStore(path, {
      onCompacted: (records, bytes) =>
        log.info({ event: "store.compacted", records, bytes }, "store compacted"),
    }),
  );
  const roots = openRoots(config, { remembers: true });
  const inspector = opening.use(startInspector({ signal }));
  const openingOf = openingBy(passwordsIn);
  const textOf = async (at: string, profile: Profile) =>
    await inspector.text(at, await openingOf(profile));
  const servers = opening.use(openServers(config, keys, instance, textOf));
  // Not all that is asked can be told to stop.
  deadline.addEventListener("abort", () => void servers[Symbol.asyncDispose]());
  const { budget: caps, logs, prices } = config;
  const logEnd = await reconcile(store, { folder: logs.dir, name: LOG_NAME, caps, log });
  const ledger = openLedger(store, logEnd, log, oftenFor(logs));
  const budget = openBudget(limitsIn(config), spendingIn(store.calls()));
  const experiences = openExperiences(store.all());
  const billing = openBilling(store, { ledger, budget, prices, experiences });
  const profiles = prepareProfiles(config.profiles);
  const catalogue = openCatalogue(store, (key) => profiles.get(key)?.settings.server);
  const hintsOf = ({ settings }: Profile) => hintsFor(catalogue.knownTo(settings.server));
  const profileCalled = (key: string) => profileNamed(profiles, key);
  const profileOf = (folder: Folder) => profileCalled(folder.profile);

  const gates = openGates({
    retry: config.retry,
    probe: servers.probe,
    onFree: (scope, howMany) => parking.wake(scope, howMany),
    signal,
    log,
  });
  const takeUp = ({ folder, profile, path: at, parked }: Waiting) => {
    if (!lasting) return;
    if (parked) intake.offer(folder, spotAt(folder.inbox, relative(folder.inbox, at)));
    else intake.resume(claimedBefore(folder, profile, at, instance), readInStaging().has(at));
  };
  /** The staged files of documents that were read already. */
  const readInStaging = () => {
    const read = [...store.all()].filter(({ extraction }) => extraction !== null);
    return new Set(read.flatMap(({ work }) => (work ? [work.staged] : [])));
  };
  /**
   * The profiles that asked for answers which are still to be fetched, by where their documents are staged. In the
   * place of one that is gone stands the folder's own, and no other: it may read where nobody else may.
   */
  const openAskers = () => {
    const asked = [...store.all()].filter(({ work }) => work?.responseId);
    return new Map(asked.map(({ work, profile }) => [work?.staged, profiles.get(profile)]));
  };
  const { isFree } = gates;
  const { hasRoomFor } = budget;
  const isUndone = (sha256: string) => store.find(sha256)?.status === "undone";
  const parking = opening.use(openParking({ isFree, hasRoomFor, isUndone, offer: takeUp }));

  const { filesOf, extractorOf } = servers;
  const holds = openHolds();
  const recovering = {
    store,
    holds,
    roots,
    profileOf: profileCalled,
    twinsOf: catalogue.twinsOf,
    onWaiting: parking.add,
    signal,
    log,
  };
  const recovery = openRecovery(recovering);
  const measure = openMeasuring(inspector, openingOf, hintsOf);
  const requireRoom = async ({ inbox, archive, quarantine }: Folder, bytes: number) => {
    await store.requireRoom();
    for (const root of [archive, quarantine]) await requireCapacity(inbox, root, bytes);
  };
  const allowance = openAllowance(budget, billing, profileOf);
  const requireAll = async (folder: Folder, bytes: number) => {
    await requireRoom(folder, bytes);
    const trouble = allowance(folder);
    if (trouble) throw trouble;
  };
  const room = openRoom({ check: requireAll, signal, log });
  const onItsWay = new Set<string>();
  const copyOf = openCopies(inspector, openingOf);
  const uploader = { filesOf, store, copyOf, retry: config.retry, onItsWay };
  const broom = openBroom({
    store,
    profileOf: profileCalled,
    filesOf,
    extractorOf,
    concurrency: config.concurrency,
    retry: config.retry,
    signal,
    deadline,
    log,
  });
  /** The profiles whose servers are opened: of the others nothing was asked. */
  const asking = profiles
    .values()
    .filter(({ settings }) => keys.has(settings.server))
    .toArray();
  const sweepUploads = () =>
    sweepOrphans({ store, profiles: asking, filesOf, onItsWay, signal, log });
  const rooms: Rooms = {
    config,
    store,
    holds,
    measure,
    textOf,
    aliasesOf: catalogue.aliasesOf,
    billing,
    uploader,
    extractorOf,
    requireRoom,
    targetFor,
    markTwins: (sha256) => markTwins(sha256, { store, twinsOf: catalogue.twinsOf }),
    put(document) {
      const record = store.find(document.sha256 ?? "");
      const reason = record ? reviewReasonOf(record) : null;
      return put({ ...document, guard: roots.require, reason });
    },
    retire: (twin) => retire({ ...twin, guard: roots.require }),
    roots,
    recovery,
  };
  const handle = openHandler({
    pipeline: processing(rooms),
    store,
    roots,
    instance,
    waits,
    isLasting,
    clean: broom.clean,
    onWaiting: parking.add,
    withdraw: openWithdrawal(recovering),
    log,
  });
  const intake = openIntake({
    concurrency: config.concurrency,
    instance,
    profileOf,
    handle: (arrival, passage) => handle(arrival, { signal, deadline, passage }),
    parking,
    roots,
    pause: waits.first,
    gates,
    room,
    isLasting,
    onLow: (folder) => folders.listMore(folder),
    signal,
    log,
  });
  const folders: Folders = opening.use(
    openFolders({
      roots,
      instance,
      intake,
      onOnline: async (folder) => {
        await recovery.all();
        parking.recheck();
        const read = readInStaging();
        const askers = openAskers();
        for await (const arrival of leftInStaging(folder, profileOf(folder), instance)) {
          const { staged, profile } = arrival;
          intake.resume({ ...arrival, profile: askers.get(staged) ?? profile }, read.has(staged));
        }
      },
      log,
    }),
  );

  const reader = {
    pipeline: rereading(rooms),
    store,
    holds,
    roots,
    profileOf: (key: string) => asking.find((one) => one.key === key),
    clean: broom.clean,
  };
  const reading = { log, signal, deadline };
  const deciding = {
    store,
    roots,
    profileOf: profileCalled,
    twinsOf: catalogue.twinsOf,
  };

  const answers: Answers = {
    "/v1/folders": () =>
      config.folders.map(({ name }) => ({ name, watching: folders.watching(name) })),
    "/v1/rest": (query) => intake.restOf(query.get("path") ?? ""),
  };
  opening.use(await serve(config.socket, answers, log));

  const backUp = async () => {
    // Nothing is known yet.
    if (store.all()[Symbol.iterator]().next().done) return;
    log.info({ event: "store.backup", path: await store.backUp() }, "store backed up");
  };

  const report = async () => {
    ledger.report();
    for (const one of shutdownsOf(usedProfiles(config))) {
      const error = { message: shutdownWords(one) };
      log.warn({ model: one.model, error }, "a model in use is shut down soon");
    }
  };

  log.info({ event: "daemon.started", instance, dataDir: path }, "autod started");
  const damage = store.damage();
  if (damage !== null)
    log.error({ error: { code: "STORE_DAMAGED", message: damage } }, "store damaged");
  await report();
  holdOpenAsks(store, billing);
  await bookLostAsks(store, billing, profileCalled, log);
  await recovery.all();
  for (const waiting of parkedBefore(store, config.folders, profileCalled)) parking.add(waiting);
  for (const { sha256 } of store.all()) broom.clean(sha256);
  opening.defer(() => log.info({ event: "daemon.stopped" }, "autod stopped"));

  const failed = (name: string, error: unknown) => {
    log.error({ error: loggable(error) }, `${name} failed`);
  };
  /** What is done beside the work, once at start. */
  let sweeping: Promise<unknown> | undefined;
  let orphans: Promise<void> | undefined;
  let rereadings: Promise<void> | undefined;
  const stop = () => {
    if (signal.aborted) return;
    stopping.abort();
    setTimeout(() => timeUp.abort(), grace).unref();
  };

  const stack = opening.move();
  return {
    records: () => store.all(),
    stop,
    lastWords: (error) => log.fatal({ event: "daemon.stopped", err: error }, "a fault in autod"),

    async price({ filedAs }, profile) {
      const measured = await measure(filedAs ?? "", profile);
      return billing.estimate({ ...measured, profile }, profile.settings.maxOutputTokens);
    },

    reread: ({ sha256 }, profile) => rereadDocument(sha256, profile, reader, reading),

    async apply(record) {
      const applied = await applyReading(record, deciding);
      const { folder, id, sha256 } = record;
      const { from, path: to } = applied;
      const about = { event: "document.rerun", folder, path: to, id, sha256, from };
      if (applied.verdict === "done") log.info(about, "document read again");
      return applied;
    },

    async once() {
      rereadings = finishRereadings(store.all(), reader, reading);
      await folders.visit();
      // Beside the work: an archive may be large.
      sweeping = sweepRoots(folders.online(), roots, log);
      orphans = sweepUploads();
      await intake.idle();
      await rereadings;
      // What can't be deleted by then is by the next start.
      const late = once(AbortSignal.timeout(grace), "abort");
      await Promise.race([Promise.all([broom.idle(), orphans]), late]);
      return { tally: intake.tally(), offline: folders.offline() };
    },

    async watch() {
      lasting = true;
      rereadings = finishRereadings(store.all(), reader, reading);
      for (const { code, message, name, scope } of blocksIn(store.all(), profiles)) {
        const profile = profiles.values().find((one) => nameIn(scope, one) === name);
        if (profile) gates.restore(profile, new AutodError(code, message));
      }
      await folders.watch();
      // A machine may be asleep each night at the time of its backup.
      const missed = (await isBackupDue(path)) ? backUp() : Promise.resolve();
      sweeping = Promise.all([
        sweepRoots(folders.online(), roots, log),
        missed.catch((error: unknown) => failed("backup", error)),
      ]);
      orphans = sweepUploads();
      {
        const { rescan, backup, sweepUploads: sweep, report: reportAt } = config.schedule;
        const jobs = [
          { name: "rescan", at: rescan, run: folders.rescan },
          { name: "sweepUploads", at: sweep, run: sweepUploads },
          { name: "backup", at: backup, run: backUp },
          { name: "report", at: reportAt, run: report },
        ];
        await using _ = await openSchedule(jobs, failed);
        if (!signal.aborted) await once(signal, "abort");
      }
      await intake.idle();
      return { tally: intake.tally(), offline: folders.offline() };
    },

    async [Symbol.asyncDispose]() {
      stop();
      await intake.idle();
      await sweeping;
      await orphans;
      await rereadings;
      await broom.idle();
      await stack.disposeAsync();
    },
  };
}
