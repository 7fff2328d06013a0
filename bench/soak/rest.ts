import { lstat } from "node:fs/promises";
import { setTimeout } from "node:timers/promises";
import { takeSurvey } from "../../src/intake/survey.ts";
import { prepareProfiles } from "../../src/openai/profile.ts";
import type { DocumentRecord } from "../../src/store/record.ts";
import type { Home } from "../../test/helpers/home.ts";
import type { Command } from "./command.ts";
import type { Life } from "./life.ts";

/** Milliseconds after which what isn't at rest never will be. */
const LONGEST = 120_000;

/** Resolves when all that can be done is; what waits is taken up now. Throws what is left where that doesn't come. */
export async function comeToRest(home: Home, { run }: Command, life: Life): Promise<void> {
  const latest = Date.now() + LONGEST;
  for (let look = 0; ; look += 1) {
    const open = await openIn(home);
    if (open.length === 0) return;
    life.mustLive();
    if (Date.now() > latest) throw new Error(`never at rest: ${open.slice(0, 5).join("; ")}`);
    if (look % 10 === 4) {
      const waiting = (await home.records()).filter(({ status }) => status === "waiting");
      if (waiting.length > 0) await run("retry", ...waiting.map(({ id }) => id));
    }
    await setTimeout(100);
  }
}

/** What is still to be done, in words. */
async function openIn(home: Home): Promise<readonly string[]> {
  const { config } = home;
  const records = await home.records();
  const open: string[] = [];
  for (const one of records) if (await isOpen(one)) open.push(`${one.id} is ${one.status}`);
  // The rest is worth a look only then.
  if (open.length > 0) return open;
  const survey = await takeSurvey(config, prepareProfiles(config.profiles));
  const { folders, daemon, pausedSince } = survey;
  return [
    ...folders
      .filter(({ untaken }) => untaken !== 0)
      .map(({ name }) => `${name} has untaken files`),
    ...(daemon && daemon.leaving > 0 ? ["former settings are in use"] : []),
    ...(pausedSince !== null ? ["it is paused"] : []),
  ];
}

/** What a person deleted while it waited may wait for ever. */
async function isOpen({ status, work, waiting }: DocumentRecord): Promise<boolean> {
  if (work !== null || status === "processing") return true;
  if (status !== "waiting") return false;
  const path = waiting?.parked?.path;
  return path === undefined || (await lstat(path).then(Boolean, () => false));
}
