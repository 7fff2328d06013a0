import { type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readFile, readlink } from "node:fs/promises";
import { countIn } from "../../test/helpers/resources.ts";

/** What an autod at rest holds; sizes are in bytes. */
export interface Held {
  /** What of the heap is in use after all else was collected, without the code that was compiled on the way. */
  readonly heap: number;
  readonly rss: number;
  /** Without connections, which stay open for a few seconds after their last use. */
  readonly descriptors: number;
  readonly connections: number;
  /** Files and folders that the kernel watches for it. */
  readonly watches: number;
  readonly children: number;
  /** Those that keep it alive. */
  readonly timers: number;
}

/**
 * What Node is given so that a program answers by its channel what its heap is. It isn't told to the program's own
 * children, and is JavaScript, so that nothing is loaded for it.
 */
export const gauge: readonly string[] = [
  "--expose-gc",
  "--import",
  `data:text/javascript,${encodeURIComponent(`
    import { setTimeout } from "node:timers/promises";
    import { getHeapSpaceStatistics } from "node:v8";
    process.on("message", async () => {
      const active = process.getActiveResourcesInfo();
      for (let round = 0; round < 3; round += 1) {
        globalThis.gc();
        // What finalizers let go of is collected the next time.
        await setTimeout(20);
      }
      const spaces = getHeapSpaceStatistics().filter((one) => !/code|trusted/.test(one.space_name));
      const heap = spaces.reduce((sum, one) => sum + one.space_used_size, 0);
      const timers = active.filter((one) => one === "Timeout").length;
      process.send({ heap, rss: process.memoryUsage.rss(), timers });
    });
    process.channel.unref();
  `)}`,
];

/** Asks a program with a gauge, and looks at what Linux knows of it. */
export async function heldBy(child: ChildProcess, signal: AbortSignal): Promise<Held> {
  child.send("gauge");
  const [told] = (await once(child, "message", { signal })) as [
    Pick<Held, "heap" | "rss" | "timers">,
  ];
  const pid = String(child.pid);
  const { descriptors, watches, children } = await countIn(pid);
  const connections = await countConnections(pid, descriptors);
  return { ...told, descriptors: descriptors.length - connections, connections, watches, children };
}

async function countConnections(pid: string, descriptors: readonly string[]): Promise<number> {
  const table = await readFile(`/proc/${pid}/net/tcp`, "utf8");
  // The first line has the titles, and behind the last is nothing.
  const inodes = table.split("\n").flatMap((line) => line.trim().split(/\s+/)[9] ?? []);
  const targets = await Promise.all(
    descriptors.map((name) => readlink(`/proc/${pid}/fd/${name}`).catch(() => "")),
  );
  return targets.filter((target) => inodes.some((inode) => target === `socket:[${inode}]`)).length;
}
