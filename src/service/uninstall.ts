import { rm } from "node:fs/promises";
import { z } from "zod";
import { AutodError } from "../errors.ts";
import { configurationIn, type Here, planAnew } from "./plan.ts";
import { rootsIn } from "./reach.ts";
import { readInstalled } from "./state.ts";
import type { Supervisor } from "./supervisor.ts";
import { valuesIn } from "./unit.ts";

/** What `service uninstall --json` prints. */
export const uninstallation = z.object({
  file: z.string(),
  /** False where nothing was installed. */
  removed: z.boolean(),
  kept: z.array(z.string()).describe("What was left: configuration, keys, store, log, documents."),
});

export type Uninstallation = z.infer<typeof uninstallation>;

/** Stops a service and removes it from its manager, and nothing else. */
export async function uninstall(supervisor: Supervisor, here: Here): Promise<Uninstallation> {
  const { file } = supervisor;
  const text = await readInstalled(file);
  if (text === null) return { file, removed: false, kept: [] };
  const kept = await keptIn(text, supervisor, here);
  await supervisor.release();
  await rm(file, { force: true });
  await supervisor.forget();
  return { file, removed: true, kept };
}

async function keptIn(text: string, supervisor: Supervisor, here: Here): Promise<string[]> {
  const keys = valuesIn(text, "LoadCredential").map((value) => value.replace(/^[^:]*:/, ""));
  try {
    const { config } = await planAnew(text, supervisor, here);
    const { file, dataDir, logs, folders } = config;
    return [...new Set([file, ...keys, dataDir, logs.dir, ...rootsIn(folders)])];
  } catch (error) {
    if (!(error instanceof AutodError)) throw error;
    // A service goes also where its configuration is gone or wrong.
    return [configurationIn(supervisor.commandIn(text)) ?? [], keys].flat();
  }
}
