import { relative } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { openCatalogue } from "./catalogue/catalogue.ts";
import { passwordsIn } from "./config/passwords.ts";
import type { Config } from "./config/schema.ts";
import type { Folder } from "./document.ts";
import { AutodError } from "./errors.ts";
import { put, targetFor } from "./filing/archive.ts";
import { openCapacity } from "./filing/capacity.ts";
import { retire } from "./filing/retire.ts";
import { nameIn, openGates } from "./gate/gates.ts";
import { openRoom } from "./gate/room.ts";
import type { Waits } from "./intake/backoff.ts";
import { blocksIn } from "./intake/blocked.ts";
import { openBroom } from "./intake/broom.ts";
import { claimedBefore } from "./intake/claim.ts";
import type { Deciding } from "./intake/deeds/decide.ts";
import type { Reader } from "./intake/deeds/reread.ts";
import { openHandler } from "./intake/handle.ts";
import { type Intake, openIntake } from "./intake/intake.ts";
import { spotAt } from "./intake/list.ts";
import { type Folders, openFolders } from "./intake/noticing/folders.ts";
import { sweepOrphans } from "./intake/orphans.ts";
import { openParking, type Waiting, waitingAt } from "./intake/parking.ts";
import type { Pause } from "./intake/pause.ts";
import { reviewReasonOf } from "./intake/reason.ts";
import { bookLostAsks, leftInStaging, openRecovery, parkedBefore } from "./intake/recover.ts";
import { openRoots, sweepRoots } from "./intake/roots.ts";
import { openTurnstile, type Turnstile } from "./intake/turnstile.ts";
import { markTwins } from "./intake/twins.ts";
import { openWithdrawal } from "./intake/withdraw.ts";
import type { Log } from "./log.ts";
import { openAllowance } from "./money/allowance.ts";
import { type Billing, type Desk, openBilling } from "./money/billing.ts";
import type { Budget } from "./money/budget.ts";
import { prepareProfiles, type Profile, profileNamed } from "./openai/profile.ts";
import { hintsFor } from "./openai/prompt.ts";
import { openServers } from "./openai/servers.ts";
import type { Inspector } from "./pdf/inspector.ts";
import { openCopies } from "./stages/copy.ts";
import { processing, rereading, type Rooms } from "./stages/index.ts";
import { type Measuring, openMeasuring } from "./stages/measure.ts";
import { openingBy } from "./stages/opening.ts";
import type { Holds } from "./store/holds.ts";
import type { DocumentRecord } from "./store/record.ts";
import type { Store } from "./store/store.ts";

/** What lasts as long as the process, whatever becomes of the configuration: one of each. */
export interface House {
  readonly instance: string;
  readonly store: Store;
  readonly holds: Holds;
  readonly inspector: Inspector;
  readonly budget: Budget;
  readonly books: Omit<Desk, "prices">;
  readonly pausing: Pause;
  readonly turnstile: Turnstile;
  /** What is worked on, by where it is staged. */
  readonly inWork: Map<string, Promise<void>>;
  /** The SHA-256 of what is being uploaded. */
  readonly onItsWay: Set<string>;
  /** How long documents wait that could not be read for now. */
  readonly waits: Waits;
  /** Whether it works until it is stopped, so that what waits a minute is come back to. */
  readonly isLasting: () => boolean;
  /** Takes a document that has to wait, for whoever is in charge then. */
  readonly park: (waiting: Waiting) => void;
  /** Nothing is begun any more. */
  readonly signal: AbortSignal;
  /** What is under way is given up. */
  readonly deadline: AbortSignal;
  readonly log: Log["logger"];
}

/** All that works by one configuration: when that changes, another takes over. */
export interface Shift extends AsyncDisposable {
  readonly config: Config;
  readonly profiles: ReadonlyMap<string, Profile>;
  readonly billing: Billing;
  readonly measure: Measuring;
  readonly reader: Reader;
  readonly deciding: Deciding;
  readonly intake: Intake;
  readonly folders: Folders;
  /** Finishes what was left half done, and knows what waits; before anything is taken. */
  readonly begin: () => Promise<void>;
  /** Waits with a document, if its folder is still here. */
  readonly park: (waiting: Waiting) => void;
  /** The same for one that a person did something with. */
  readonly heed: (record: DocumentRecord) => void;
  /** Begins to watch, and takes what lies there. */
  readonly watch: () => Promise<void>;
  /** Takes nothing more; resolves when nothing is on its way into staging. What is in work goes on. */
  readonly retire: () => Promise<void>;
  /** Does something by what this shift has open, which stays so until it is done. */
  readonly during: <One>(work: () => Promise<One>) => Promise<One>;
  /** Resolves when what was in work has its fate. */
  readonly idle: () => Promise<void>;
  /** Deletes what servers still keep of documents that have ended, in the background. */
  readonly clean: () => void;
  /** Resolves when that is done, or has to wait. */
  readonly cleaned: () => Promise<void>;
  /** Deletes uploads that nobody knows of; never fails. */
  readonly sweepUploads: () => Promise<void>;
  /** Removes copies that a crash left in archives; never fails. */
  readonly sweepRoots: () => Promise<void>;
  /** Books what an earlier process asked for without learning what came of it. */
  readonly bookLostAsks: () => Promise<void>;
}

/** Milliseconds that a disk which doesn't answer may keep the end waiting. */
const LONGEST_FAREWELL = 5_000;

/** Opens the rooms that depend on settings; `keys` has the key of each server that may be asked. */
export async function openShift(
  config: Config,
  keys: ReadonlyMap<string, string>,
  house: House,
): Promise<Shift> {
  const { instance, store, holds, inspector, budget, isLasting, signal, deadline, log } = house;
  await using opening = new AsyncDisposableStack();
  const retiring = new AbortController();
  const closing = AbortSignal.any([signal, retiring.signal]);
  // Whoever waits at a gate in the middle of its work waits until it is through.
  const ending = new AbortController();
  opening.defer(() => ending.abort());
  const over = AbortSignal.any([signal, ending.signal]);

  const roots = openRoots(config, { remembers: true });
  const openingOf = openingBy(passwordsIn);
  const textOf = async (at: string, profile: Profile) =>
    await inspector.text(at, await openingOf(profile));
  const servers = opening.use(openServers(config, keys, instance, textOf));
  const { filesOf, extractorOf } = servers;
  // Not all that is asked can be told to stop.
  const cut = () => void servers[Symbol.asyncDispose]();
  deadline.addEventListener("abort", cut);
  opening.defer(() => deadline.removeEventListener("abort", cut));

  const billing = openBilling(store, { ...house.books, prices: config.prices });
  const profiles = prepareProfiles(config.profiles);
  const catalogue = opening.use(openCatalogue(store, (key) => profiles.get(key)?.settings.server));
  const hintsOf = ({ settings }: Profile) => hintsFor(catalogue.knownTo(settings.server));
  const profileCalled = (key: string) => profileNamed(profiles, key);
  const profileOf = (folder: Folder) => profileCalled(folder.profile);
  /** The profiles whose servers are opened: of the others nothing was asked. */
  const asking = profiles
    .values()
    .filter(({ settings }) => keys.has(settings.server))
    .toArray();
  /** Those that folders name: a server that none is sent to may not even be there. */
  const sending = asking.filter(({ key }) => config.folders.some(({ profile }) => profile === key));

  const gates = openGates({
    retry: config.retry,
    probe: servers.probe,
    onFree: (scope, howMany) => parking.wake(scope, howMany),
    signal: over,
    log,
  });
  const takeUp = ({ folder, profile, path: at, parked }: Waiting) => {
    if (!isLasting() || closing.aborted) return;
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
  const parking = opening.use(
    openParking({
      isFree: gates.isFree,
      hasRoomFor: budget.hasRoomFor,
      isUndone: (sha256) => store.find(sha256)?.status === "undone",
      offer: takeUp,
    }),
  );

  const recovering = {
    store,
    holds,
    roots,
    profileOf: profileCalled,
    twinsOf: catalogue.twinsOf,
    onWaiting: house.park,
    signal,
    log,
  };
  const recovery = openRecovery(recovering);
  const measure = openMeasuring(inspector, openingOf, hintsOf);
  const requireCapacity = openCapacity();
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
  const copyOf = openCopies(inspector, openingOf);
  const broom = openBroom({
    store,
    profileOf: profileCalled,
    filesOf,
    extractorOf,
    concurrency: config.concurrency,
    retry: config.retry,
    signal: closing,
    deadline,
    log,
  });
  const rooms: Rooms = {
    config,
    store,
    holds,
    measure,
    textOf,
    aliasesOf: catalogue.aliasesOf,
    billing,
    uploader: { filesOf, store, copyOf, retry: config.retry, onItsWay: house.onItsWay },
    extractorOf,
    requireRoom,
    targetFor,
    markTwins: (sha256) => markTwins(sha256, { store, twinsOf: catalogue.twinsOf }),
    put(document) {
      const record = store.find(document.sha256 ?? "");
      const reason = record ? reviewReasonOf(record) : null;
      return put({ ...document, footing: roots, reason });
    },
    retire: (twin) => retire({ ...twin, footing: roots }),
    roots,
    recovery,
  };
  const handle = openHandler({
    pipeline: processing(rooms),
    store,
    roots,
    instance,
    waits: house.waits,
    isLasting,
    clean: broom.clean,
    onWaiting: house.park,
    withdraw: openWithdrawal(recovering),
    log,
  });
  const intake = openIntake({
    concurrency: config.concurrency,
    instance,
    profileOf,
    handle: (arrival, passage, turn) => handle(arrival, { signal, deadline, passage, ...turn }),
    parking: { ...parking, add: house.park },
    roots,
    pause: house.waits.first,
    gates,
    pausing: house.pausing,
    turnstile: house.turnstile,
    room: openRoom({ check: requireAll, signal: closing, log }),
    inWork: house.inWork,
    isLasting,
    onLow: (folder) => folders.listMore(folder),
    closing,
    signal,
    log,
  });
  const folders: Folders = openFolders({
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
  });
  let farewell: Promise<void> | undefined;
  /** Once, for the next shift may be in the same inboxes by then. */
  const closeFolders = () =>
    (farewell ??= Promise.race([
      folders[Symbol.asyncDispose](),
      sleep(LONGEST_FAREWELL, undefined, { ref: false }),
    ]));
  opening.defer(closeFolders);

  const clean = () => {
    for (const { sha256 } of store.all()) broom.clean(sha256);
  };

  const besides = openTurnstile();

  const stack = opening.move();
  return {
    config,
    profiles,
    billing,
    measure,
    intake,
    folders,
    clean,
    cleaned: broom.idle,

    reader: {
      pipeline: rereading(rooms),
      store,
      holds,
      roots,
      profileOf: (key: string) => asking.find((one) => one.key === key),
      clean: broom.clean,
    },
    deciding: { store, roots, profileOf: profileCalled, twinsOf: catalogue.twinsOf },

    bookLostAsks: () => bookLostAsks(store, billing, profileCalled, log),
    sweepUploads: () =>
      sweepOrphans({ store, profiles: sending, filesOf, onItsWay: house.onItsWay, signal, log }),
    sweepRoots: () => sweepRoots(folders.online(), roots, log),

    during: besides.pass,
    async idle() {
      await intake.idle();
      using _ = await besides.hold();
    },

    async begin() {
      await recovery.all();
      for (const one of parkedBefore(store, config.folders, profileCalled)) parking.add(one);
      clean();
    },

    park(waiting) {
      const { name, inbox } = waiting.folder;
      const folder = config.folders.find((one) => one.name === name && one.inbox === inbox);
      const profile = profiles.get(waiting.profile.key);
      if (folder) parking.add({ ...waiting, folder, profile: profile ?? profileOf(folder) });
    },

    heed(record) {
      const folder = config.folders.find(({ name }) => name === record.folder);
      const waiting = folder && waitingAt(record, folder, profileCalled(record.profile));
      if (waiting) parking.add(waiting);
      broom.clean(record.sha256);
    },

    async watch() {
      for (const { code, message, name, scope } of blocksIn(store.all(), profiles)) {
        const profile = profiles.values().find((one) => nameIn(scope, one) === name);
        if (profile) gates.restore(profile, new AutodError(code, message));
      }
      await folders.watch();
    },

    async retire() {
      retiring.abort();
      parking[Symbol.dispose]();
      await closeFolders();
      using _ = await house.turnstile.hold();
    },

    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}
