import { readdir, readFile, readlink } from "node:fs/promises";
import { join } from "node:path";
import { type Finding, warning, well } from "../intake/finding.ts";

/** The part of a limit from which it is said that it is near. */
const NEAR = 0.9;

/**
 * How much of what Linux lets a user watch is in use, as far as that is seen by looking at processes; nothing is
 * said where there is no such limit. `proc` is where the system tells of processes.
 */
export async function checkWatches(proc = "/proc"): Promise<readonly Finding[]> {
  const limitOf = async (name: string) =>
    Number(await readFile(join(proc, "sys/fs/inotify", name), "utf8").catch(() => ""));
  const most = {
    watches: await limitOf("max_user_watches"),
    instances: await limitOf("max_user_instances"),
  };
  if (!most.watches || !most.instances) return [];
  const used = await usedIn(proc);
  const near = (["watches", "instances"] as const).flatMap((kind) => {
    if (used[kind] < most[kind] * NEAR) return [];
    const words = `${used[kind]} of ${most[kind]} inotify ${kind} are in use`;
    const setting = `fs.inotify.max_user_${kind}`;
    const hint = `Raise it, as with: sudo sysctl ${setting}=${most[kind] * 4}; without, folders are polled.`;
    return [warning("watches", words, hint)];
  });
  const counts = `${used.watches} of ${most.watches} inotify watches are in use`;
  return near.length > 0 ? near : [well("watches", counts)];
}

/** Of those processes that this user may look at, which are those that count against the same limit. */
async function usedIn(proc: string) {
  const used = { watches: 0, instances: 0 };
  for (const pid of (await namesIn(proc)).filter((name) => /^\d+$/.test(name))) {
    for (const handle of await namesIn(join(proc, pid, "fd"))) {
      const target = await readlink(join(proc, pid, "fd", handle)).catch(() => "");
      if (target !== "anon_inode:inotify") continue;
      const about = await readFile(join(proc, pid, "fdinfo", handle), "utf8").catch(() => "");
      used.instances += 1;
      used.watches += about.match(/^inotify wd/gm)?.length ?? 0;
    }
  }
  return used;
}

/** A process may be gone by then, or another's. */
const namesIn = (folder: string): Promise<readonly string[]> => readdir(folder).catch(() => []);
