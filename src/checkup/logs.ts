import { constants } from "node:fs";
import { access, open, stat } from "node:fs/promises";
import type { Config } from "../config/schema.ts";
import { isErrno, reasonIn } from "../errors.ts";
import { fault, type Finding, warning, well } from "../intake/finding.ts";
import { LOG_NAME } from "../log.ts";
import { logFiles } from "../money/log-files.ts";

const about = "logs";

/** Whether the log can be written, is for its owner alone, and is the one that a running autod writes. */
export async function checkLogs({ dir }: Config["logs"], isRunning: boolean): Promise<Finding> {
  try {
    // Not of a file that stands in its place either.
    await access(`${dir}/.`, constants.W_OK);
  } catch (error) {
    if (isErrno(error, "ENOENT"))
      return isRunning ? elsewhere(dir) : well(about, `none in ${dir} yet`);
    const hint = "What autod does and pays is told there; see to it that it may write there.";
    return fault(about, `${dir} can't be written to: ${reasonIn(error)}`, hint);
  }
  const files = await logFiles(dir, LOG_NAME);
  const newest = files.at(-1);
  if (newest === undefined) return isRunning ? elsewhere(dir) : well(about, `none in ${dir} yet`);
  for (const file of files) {
    if (((await stat(file)).mode & 0o077) === 0) continue;
    const hint = `Names of documents stand in it: chmod 600 ${file}`;
    return warning(about, `others may read ${file}`, hint);
  }
  const last = await lastLineOf(newest);
  if (isRunning && last?.event === "daemon.stopped") return elsewhere(dir);
  const count = `${files.length} ${files.length === 1 ? "file" : "files"} in ${dir}`;
  return well(about, `${count}; autod costs --verify holds them against the store`);
}

const elsewhere = (dir: string): Finding =>
  warning(
    about,
    `autod is running, but what it does isn't logged in ${dir}`,
    "It was started with other settings: stop it, and start it again.",
  );

/** Its event; null where the end of the file tells of none. */
async function lastLineOf(path: string): Promise<{ readonly event?: string } | null> {
  await using file = await open(path);
  const { size } = await file.stat();
  const start = Math.max(0, size - TAIL);
  const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(TAIL), position: start });
  // What follows the last end of a line is still being written.
  const last = buffer.toString("utf8", 0, bytesRead).split("\n").at(-2);
  try {
    return JSON.parse(last ?? "null") as { readonly event?: string } | null;
  } catch {
    return null;
  }
}

/** Bytes: more than any line that ends the work has. */
const TAIL = 65_536;
