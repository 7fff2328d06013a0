import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readFile, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { promisify } from "node:util";
import type { ExecutionContext } from "ava";
import { emptyFolder } from "./folder.ts";
import { leaveOut } from "./odd-files.ts";
import { until } from "./watching.ts";

const run = promisify(execFile);

/** What a power cut left. */
export interface Remains {
  /** What the program had said by then, line by line. */
  readonly said: readonly string[];
  /** The disk as it is found when the power is back. */
  readonly folder: string;
}

/**
 * Lets a program, which gets a folder on a disk of its own as its argument, work for a while, and cuts the power:
 * what the kernel hadn't written to the disk by then is gone. Null, and the test says so, where there can be none.
 */
export async function cutPower(t: ExecutionContext, program: string): Promise<Remains | null> {
  const folder = await emptyFolder(t);
  const [disk, later] = [join(folder, "disk"), join(folder, "later")];
  const [before, after] = [join(folder, "before"), join(folder, "after")];
  for (const place of [before, after]) await mkdir(place);
  await writeFile(disk, "");
  await truncate(disk, 96 * 2 ** 20);
  try {
    await run("mkfs.ext4", ["-q", "-F", disk]);
    await mount(t, disk, before);
  } catch (error) {
    leaveOut(t, `no disk of one's own can be mounted here: ${String(error).split("\n")[0]}`);
    return null;
  }
  await run("sync", ["-f", before]);
  const worker = work(t, program, before);
  await worker.began;
  await setTimeout(300 + Math.random() * 1500);
  await worker.halt();
  await run("cp", ["--sparse=always", disk, later]);
  const said = await worker.end();
  await mount(t, later, after);
  return { said, folder: after };
}

async function mount(t: ExecutionContext, disk: string, folder: string): Promise<void> {
  await run("mount", ["-o", "loop", disk, folder]);
  t.teardown(() => run("umount", ["--lazy", folder]));
}

function work(t: ExecutionContext, program: string, folder: string) {
  const child = spawn(process.execPath, [program, folder], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  t.teardown(() => child.kill("SIGKILL"));
  const closed = once(child, "close");
  let said = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => void (said += text));
  return {
    began: until(() => {
      if (child.exitCode !== null) throw new Error(`${program} ended early`);
      return said.includes("\n");
    }),
    /** What it says until it stands still was true while there was power. */
    async halt() {
      child.kill("SIGSTOP");
      await until(async () => / T /.test(await readFile(`/proc/${child.pid}/stat`, "utf8")));
    },
    async end() {
      child.kill("SIGKILL");
      await closed;
      return said.split("\n").slice(0, -1);
    },
  };
}
