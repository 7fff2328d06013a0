import { type ChildProcess, execFile, spawn } from "node:child_process";
import { mkdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { promisify } from "node:util";
import type { ExecutionContext } from "ava";
import { leaveOut } from "./odd-files.ts";

/** A folder that is seen through FUSE, as a share is: what comes behind it is there, and nobody is told. */
export interface Mirrored extends AsyncDisposable {
  /** The folder behind it. */
  readonly behind: string;
  /** From now on it answers nothing, as a share whose server hangs; or answers again. */
  readonly hang: () => void;
  readonly wake: () => void;
}

/** Mounts one over a folder; null, and the test says so, where that can't be. */
export async function mirrored(
  t: ExecutionContext,
  { folder, inbox }: { readonly folder: string; readonly inbox: string },
): Promise<Mirrored | null> {
  const behind = join(folder, "behind");
  await mkdir(behind);
  const { dev } = await stat(inbox);
  const server = spawn("bindfs", ["-f", behind, inbox], { stdio: "ignore" });
  const ended = new Promise<void>((resolve) => {
    server.once("close", () => resolve()).once("error", () => resolve());
  });
  while (isRunning(server) && (await stat(inbox)).dev === dev) await setTimeout(10);
  if (!isRunning(server)) {
    leaveOut(t, "no folder may be mounted here by bindfs");
    return null;
  }
  return {
    behind,
    hang: () => void server.kill("SIGSTOP"),
    wake: () => void server.kill("SIGCONT"),
    async [Symbol.asyncDispose]() {
      server.kill("SIGCONT");
      await promisify(execFile)("umount", ["-l", inbox]);
      server.kill();
      await ended;
    },
  };
}

const isRunning = ({ pid, exitCode }: ChildProcess): boolean =>
  pid !== undefined && exitCode === null;
