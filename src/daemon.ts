import { once } from "node:events";
import type { Config } from "./config/schema.ts";
import type { Folder } from "./document.ts";
import { put } from "./filing/archive.ts";
import { retire } from "./filing/retire.ts";
import { openHandler } from "./intake/handle.ts";
import { openIntake, type Tally } from "./intake/intake.ts";
import { listInbox } from "./intake/list.ts";
import { bookLostAsks, finishMoves, leftInStaging } from "./intake/recover.ts";
import { findRoots, sweepRoots } from "./intake/roots.ts";
import { watch } from "./intake/watch.ts";
import { loggable, openLog } from "./log.ts";
import { openBilling, spendingIn } from "./money/billing.ts";
import { openBudget } from "./money/budget.ts";
import { prepareProfile, type Profile } from "./openai/profile.ts";
import { openServers } from "./openai/servers.ts";
import { startInspector } from "./pdf/inspector.ts";
import { processing } from "./stages/index.ts";
import { removeUpload } from "./stages/upload.ts";
import { openDataDir } from "./store/data-dir.ts";
import { openHolds } from "./store/holds.ts";
import type { DocumentRecord, Parked } from "./store/record.ts";
import { openStore } from "./store/store.ts";

/** autod at work: everything is open until it is disposed. */
export interface Daemon extends AsyncDisposable {
  /** Takes what lies in the inboxes now, and what is left in staging; resolves when each has its fate. */
  readonly once: () => Promise<Summary>;
  /** The same, and all that comes later; resolves when `stop` was called and nothing is in work. */
  readonly watch: () => Promise<Summary>;
  /** No new claims; what is in work ends where it stands and is carried on at the next start. */
  readonly stop: () => void;
  readonly records: () => Iterable<DocumentRecord>;
}

export interface Summary {
  readonly tally: Readonly<Tally>;
  /** Names of folders of which a root was missing, so that nothing was taken in them. */
  readonly offline: readonly string[];
}

export interface DaemonOptions {
  /** The key of each server that a profile names. */
  readonly keys: ReadonlyMap<string, string>;
  /** Is shown the log as it is written. */
  readonly eyes?: (line: string) => void;
}

/** Opens every room in its order; what was opened is closed in reverse, also where a later one fails to. */
export async function openDaemon(config: Config, { keys, eyes }: DaemonOptions): Promise<Daemon> {
  await using opening = new AsyncDisposableStack();
  const stopping = new AbortController();
  const { signal } = stopping;

  const { path, instance } = opening.use(await openDataDir(config.dataDir));
  const { logger: log } = opening.use(await openLog(config.logs, eyes));
  const store = await openStore(path);
  const inspector = opening.use(startInspector());
  const servers = opening.use(openServers(config.servers, keys, instance, inspector.text));
  const budget = openBudget(config.budget, spendingIn(store.all()));
  const billing = openBilling(store, budget, config.prices);
  const profiles = new Map(
    Object.entries(config.profiles).map(([key, settings]) => [key, prepareProfile(key, settings)]),
  );
  const profileNamed = (key: string): Profile => {
    const profile = profiles.get(key) ?? profiles.get("default");
    if (!profile) throw new Error(`no profile ${key}`);
    return profile;
  };
  const profileOf = (folder: Folder) => profileNamed(folder.profile);

  const parked = new Map<string, Parked>();
  const handle = openHandler({
    pipeline: processing({
      config,
      store,
      holds: openHolds(),
      inspector,
      billing,
      filesOf: servers.filesOf,
      extractorOf: servers.extractorOf,
      put,
      retire,
    }),
    store,
    instance,
    log,
    removeUpload: async ({ profile }, sha256, documentLog) => {
      try {
        await removeUpload(servers.filesOf(profile), store, sha256, documentLog);
      } catch (error) {
        // It expires by itself; the document is not to wait for that.
        documentLog.warn({ sha256, error: loggable(error) }, "upload not deleted");
      }
    },
    onParked: (file) => parked.set(file.path, file),
  });
  const intake = openIntake({
    concurrency: config.concurrency,
    instance,
    profileOf,
    handle,
    parkedAt: (at) => parked.get(at),
    signal,
    log,
  });

  log.info({ event: "daemon.started", instance, dataDir: path }, "autod started");
  await bookLostAsks(store, billing, profileNamed, log);
  await finishMoves(store, config.folders, profileNamed, log);
  opening.defer(() => log.info({ event: "daemon.stopped" }, "autod stopped"));

  let sweeping: Promise<void> | undefined;
  /** The folders that can be worked in; what an earlier process left in them is taken up first. */
  const openFolders = async () => {
    const roots = await findRoots(config.folders, log);
    // Beside the work: an archive may be large.
    sweeping = sweepRoots(roots.online, log);
    for (const folder of roots.online) {
      for await (const arrival of leftInStaging(folder, profileOf(folder), instance)) {
        intake.resume(arrival);
      }
    }
    return roots;
  };

  const stack = opening.move();
  return {
    records: () => store.all(),
    stop: () => stopping.abort(),

    async once() {
      const { online, offline } = await openFolders();
      for (const folder of online) {
        for await (const relative of listInbox(folder.inbox)) intake.offer(folder, relative);
      }
      await intake.idle();
      return { tally: intake.tally(), offline };
    },

    async watch() {
      const { online, offline } = await openFolders();
      {
        await using watchers = new AsyncDisposableStack();
        for (const folder of online) {
          watchers.use(await watch(folder, (relative) => intake.offer(folder, relative), log));
        }
        if (!signal.aborted) await once(signal, "abort");
      }
      await intake.idle();
      return { tally: intake.tally(), offline };
    },

    async [Symbol.asyncDispose]() {
      stopping.abort();
      await intake.idle();
      await sweeping;
      await stack.disposeAsync();
    },
  };
}
