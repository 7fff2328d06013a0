import { execFile } from "node:child_process";
import { mkdir, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import type { ExecutionContext } from "ava";

const run = promisify(execFile);

/** A path below a folder whose name is these bytes, one a character. */
export const bytesBelow = (folder: string, name: string): Buffer =>
  Buffer.concat([Buffer.from(`${folder}/`), Buffer.from(name, "latin1")]);

/** Whether names in this folder may be any bytes; where they may not, the test says so and passes. */
export async function takesAnyBytes(t: ExecutionContext, folder: string): Promise<boolean> {
  const path = bytesBelow(folder, "\xff");
  try {
    await writeFile(path, "");
    await rm(path);
    return true;
  } catch {
    leaveOut(t, "this file system takes names in UTF-8 only");
    return false;
  }
}

/** Runs a command whose effect lasts until it is disposed of by another; null, and the test says so, where it fails. */
export async function arranged(
  t: ExecutionContext,
  [command, ...args]: readonly [string, ...string[]],
  [undo, ...undoArgs]: readonly [string, ...string[]],
): Promise<AsyncDisposable | null> {
  try {
    await run(command, args);
  } catch {
    leaveOut(t, `${command} is not allowed here`);
    return null;
  }
  return { [Symbol.asyncDispose]: async () => void (await run(undo, undoArgs)) };
}

/** A file system of its own in a folder, in memory. */
export const mounted = (
  t: ExecutionContext,
  folder: string,
  options: string,
): Promise<AsyncDisposable | null> =>
  arranged(t, ["mount", "-t", "tmpfs", "-o", options, "tmpfs", folder], ["umount", "-l", folder]);

/** Passes a test that can't be made here, and says why. */
export function leaveOut(t: ExecutionContext, reason: string): void {
  t.log(`left out: ${reason}`);
  t.pass();
}

/** Folders that an inbox may be by no fault of its own: one below a hidden folder, and a link to it. */
export async function hiddenAndLinked({ folder }: { readonly folder: string }) {
  const hidden = join(folder, ".sync", "inbox");
  await mkdir(hidden, { recursive: true });
  const linked = join(folder, "linked");
  await symlink(hidden, linked);
  return [hidden, linked] as const;
}
