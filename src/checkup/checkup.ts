import { readFile } from "node:fs/promises";
import { z } from "zod";
import type { Config } from "../config/schema.ts";
import { type Finding, well } from "../intake/finding.ts";
import { checkFolder } from "../intake/noticing/check-folder.ts";
import { askWatching } from "../intake/noticing/watching.ts";
import { openRoots } from "../intake/roots.ts";
import { readPause } from "../intake/pause.ts";
import { checkService } from "../service/checkup.ts";
import { ask } from "../socket/ask.ts";
import { daemonState } from "../state.ts";
import { readInstance } from "../store/data-dir.ts";
import { isHeld } from "../store/lock.ts";
import { checkBlocks } from "./blocks.ts";
import { checkClock } from "./clock.ts";
import { checkDisks } from "./disks.ts";
import { guarded } from "./guarded.ts";
import { checkLogs } from "./logs.ts";
import { checkModels } from "./models.ts";
import { checkNode } from "./node.ts";
import { notifyFindings, tryNotify } from "./notify.ts";
import { checkRunning } from "./running.ts";
import { recordsIn } from "./records.ts";
import { checkRights } from "./rights.ts";
import { checkServers } from "./servers.ts";
import { checkStore } from "./store.ts";
import { checkWatches } from "./watches.ts";

export interface Surroundings {
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
  /** The key of the server that a profile names; throws as `findKey` does. */
  readonly keyOf: (profile: string) => Promise<string>;
  /** Of this autod. */
  readonly version: string;
  /** Whether a notification is sent, to see whether it arrives. */
  readonly tells: boolean;
}

/**
 * Looks at all that autod needs, from what is told to it down to who it tells; changes nothing, and costs nothing.
 * What can't be looked at hides nothing else.
 */
export async function checkUp(config: Config, around: Surroundings): Promise<readonly Finding[]> {
  const { file, dataDir, socket, logs, notify } = config;
  const roots = openRoots(config, { remembers: false });
  const records = recordsIn(dataDir);
  const state = await ask(socket, "/v1/state", daemonState);
  const checks: Readonly<Record<string, () => Promise<readonly Finding[]>>> = {
    autod: async () =>
      checkRunning({
        isHeld: isHeld(dataDir),
        state,
        pausedSince: await readPause(dataDir),
        version: around.version,
      }),
    rights: () => checkRights(config),
    machine: checkMachine,
    clock: async () => [await checkClock(records)],
    server: () => checkServers(config, around),
    blocked: () => checkBlocks(config, records),
    models: () => Promise.resolve(checkModels(config)),
    folders: () => checkFolders(config, roots),
    disk: () => checkDisks(config),
    store: () => checkStore(dataDir, records, roots),
    logs: async () => [await checkLogs(logs, isHeld(dataDir))],
    service: () =>
      checkService({ node: process.execPath, env: around.env, logDir: async () => logs.dir }),
    notify: async () => {
      const command = notify?.command ?? null;
      if (around.tells) return await tryNotify(command, around);
      return await notifyFindings(command, state?.notify ?? null, around.env);
    },
  };
  const found = Object.entries(checks).map(([about, check]) => guarded(about, check));
  return [well("configuration", file), ...(await Promise.all(found)).flat()];
}

/** What of this machine can be looked at without any configuration. */
export async function checkMachine(): Promise<readonly Finding[]> {
  const about = await readFile(new URL("../../package.json", import.meta.url), "utf8");
  const { engines } = z
    .object({ engines: z.object({ node: z.string() }) })
    .parse(JSON.parse(about));
  return [checkNode(process.version, engines.node), ...(await checkWatches())];
}

async function checkFolders(
  { folders, dataDir, socket }: Config,
  roots: ReturnType<typeof openRoots>,
): Promise<readonly Finding[]> {
  const instance = await readInstance(dataDir);
  const watchingOf = await askWatching(socket);
  const looks = folders.map((folder) =>
    guarded(`folder ${folder.name}`, () =>
      checkFolder(folder, { roots, instance, watching: watchingOf(folder.name) }),
    ),
  );
  return (await Promise.all(looks)).flat();
}
