import { readFile, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { z } from "zod";
import { AutodError, isErrno } from "../errors.ts";
import { placeNew, writeBeside } from "./beside.ts";
import type { Draft } from "./draft.ts";
import { makeRoom } from "./room.ts";

/** What there is now, as `init --json` prints it. */
export const established = z.object({
  configFile: z.string(),
  keyFile: z.string().nullable().describe("Null where no file has the key."),
  key: z
    .enum(["works", "unchecked", "missing"])
    .describe("unchecked: the API did not say; missing: there is none yet."),
  folders: z.object({ inbox: z.string(), archive: z.string(), quarantine: z.string() }),
  made: z.array(z.string()).describe("Those of the folders that were not there before."),
});

export type Established = z.output<typeof established>;

/** A key that is to be saved. */
export interface NewKey {
  readonly file: string;
  readonly text: string;
  /** Whether a person agreed that it takes the place of another. */
  readonly replaces: boolean;
}

/**
 * Makes the folders of a draft, saves the key, and puts the draft in place, in this order: all of it, or
 * what was made goes again. Gives the folders that were not there before.
 */
export async function establish({ config, publish }: Draft, key: NewKey | null): Promise<string[]> {
  await using undo = new AsyncDisposableStack();
  const made: string[] = [];
  for (const { inbox, archive, quarantine } of config.folders) {
    for (const folder of [inbox, archive, quarantine]) {
      if (await makeRoom(folder, undo)) made.push(folder);
    }
  }
  if (key) await saveKey(key, undo);
  await publish();
  undo.move();
  return made;
}

/** Saves a key for its owner alone; it goes again when `undo` is disposed of. Throws as `keyThere`, or DISK_FAULT. */
export async function saveKey(
  { file, text, replaces }: NewKey,
  undo: AsyncDisposableStack,
): Promise<void> {
  await makeRoom(dirname(file), undo, 0o700);
  const before = replaces ? await readFile(file, "utf8") : null;
  const beside = await writeBeside(file, `${text}\n`, 0o600);
  undo.defer(() => rm(beside, { force: true }));
  if (before === null) {
    await placeNew(beside, file).catch((error: unknown) => {
      throw isErrno(error, "EEXIST") ? keyThere(file) : error;
    });
    undo.defer(() => rm(file, { force: true }));
  } else {
    await rename(beside, file);
    undo.defer(async () => rename(await writeBeside(file, before, 0o600), file));
  }
}

/** Why a key isn't saved where no person agreed that it takes the place of another. */
export const keyThere = (file: string): AutodError =>
  new AutodError("ARGUMENT_INVALID", `${file} holds another key already`, {
    hint: "It is never overwritten without being asked: remove it, or use it as it is.",
  });
