import { access, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { AutodError, isErrno } from "../errors.ts";
import { placeNew, writeBeside } from "./beside.ts";
import { loadConfig } from "./load.ts";
import { makeRoom } from "./room.ts";
import type { Config } from "./schema.ts";

/** A configuration that lies beside its place, and was loaded without a fault; disposing removes it. */
export interface Draft extends AsyncDisposable {
  readonly config: Config;
  /** Puts it in place, where it stays. Throws as `checkVacant` where another came first. */
  readonly publish: () => Promise<void>;
}

/** Writes a configuration beside its place and loads it. Throws ARGUMENT_INVALID naming every fault, or DISK_FAULT. */
export async function draftConfig(
  file: string,
  text: string,
  env: NodeJS.ProcessEnv,
): Promise<Draft> {
  await using stack = new AsyncDisposableStack();
  await makeRoom(dirname(file), stack, 0o700);
  const beside = await writeBeside(file, text, 0o644);
  stack.defer(() => rm(beside, { force: true }));
  const config = await load(beside, env);
  const held = stack.move();
  return {
    config: { ...config, file },
    async publish() {
      await placeNew(beside, file).catch((error: unknown) => {
        throw isErrno(error, "EEXIST") ? occupied(file) : error;
      });
      // Its folder stays with it.
      held.move();
    },
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  };
}

/** Throws ARGUMENT_INVALID where a configuration is already. */
export async function checkVacant(file: string): Promise<void> {
  try {
    await access(file);
  } catch (error) {
    if (isErrno(error, "ENOENT", "ENOTDIR")) return;
  }
  throw occupied(file);
}

async function load(beside: string, env: NodeJS.ProcessEnv): Promise<Config> {
  try {
    return await loadConfig({ flags: { config: beside }, env });
  } catch (error) {
    if (!(error instanceof AutodError) || error.code !== "CONFIG_INVALID") throw error;
    // The lines that it names are nowhere to be found.
    const faults = error.message.replaceAll(/^.*?\.new:(?:\d+: )?/gm, "");
    throw new AutodError("ARGUMENT_INVALID", faults, { cause: error });
  }
}

const occupied = (file: string) =>
  new AutodError("ARGUMENT_INVALID", `there is a configuration already: ${file}`, {
    hint: "It is never overwritten: edit it, remove it, or make another one with --config FILE and --data-dir FOLDER.",
  });
