import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { ask } from "../../src/socket/ask.ts";
import { daemonState } from "../../src/state.ts";
import { type Home, makeHome, quickFolder } from "../../test/helpers/home.ts";
import type { Command } from "./command.ts";
import type { Dice } from "./dice.ts";
import type { Life } from "./life.ts";

/** The configuration, as people change it. */
export interface Changing {
  /** Has autod take another one. */
  readonly change: (dice: Dice) => Promise<void>;
  /** The one that it began with, if it has another. */
  readonly restore: () => Promise<void>;
  /** One with a fault in it, which it refuses. */
  readonly spoil: (life: Life) => Promise<void>;
}

/**
 * A home with two folders, whose logs roll every few documents, and whose jobs are done every few seconds. What
 * is written slowly pauses far shorter than the patience.
 */
export async function openHome(url: string): Promise<Home> {
  const home = await makeHome({
    openai: { baseUrl: url, timeout: "5s" },
    folders: [folder("scans", "./Inbox"), folder("second", "./Second")],
    retry: { attempts: 4, minDelay: "10ms", maxDelay: "200ms" },
    budget: { perDocument: null, perDay: null, perMonth: null },
    logs: { dir: "./log", size: "50KB", keep: 10 },
    schedule: {
      rescan: "*/15 * * * * *",
      report: "*/20 * * * * *",
      sweepUploads: "*/10 * * * * *",
      backup: "*/2 * * * *",
    },
    notify: { command: ["true"] },
  });
  await mkdir(join(home.folder, "Second"));
  return home;
}

const folder = (name: string, inbox: string) =>
  quickFolder(name, { inbox, settle: "100ms", patience: "2s" });

export async function openChanging(home: Home, { run }: Command): Promise<Changing> {
  const first = await readFile(home.configFile, "utf8");
  let isFirst = true;
  const put = async (text: string) => {
    await writeFile(home.configFile, text);
    await run("reload");
    isFirst = text === first;
  };
  const refused = async () => (await ask(home.config.socket, "/v1/state", daemonState))?.settings;

  return {
    async change(dice) {
      const settings = JSON.parse(first) as { folders: unknown[] } & Record<string, unknown>;
      if (dice.chance() < 0.3) settings.folders.pop();
      if (dice.chance() < 0.3) settings["notify"] = null;
      settings["concurrency"] = 1 + dice.below(8);
      settings["profiles"] = { default: { name: `{title} ${dice.below(9)}` } };
      await put(JSON.stringify(settings));
    },

    async restore() {
      if (!isFirst) await put(first);
    },

    async spoil(life) {
      const text = await readFile(home.configFile, "utf8");
      await writeFile(home.configFile, `${text.slice(0, -1)}, "concurrancy": 3}`);
      life.hangUp();
      while ((await refused())?.refused === null) {
        life.mustLive();
        await setTimeout(20);
      }
      await writeFile(home.configFile, text);
      await run("reload");
    },
  };
}
