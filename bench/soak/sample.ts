import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { Home } from "../../test/helpers/home.ts";
import type { Held } from "./held.ts";
import type { Life } from "./life.ts";

/** What an autod holds at rest, and what it holds that for. */
export interface Sample extends Held {
  /** Which of the processes it is, from 1. */
  readonly life: number;
  /** Seconds since the soak began. */
  readonly at: number;
  readonly records: number;
  /** Bytes of the records, written as JSON. */
  readonly stored: number;
  /** The inboxes and the folders in them, autod's own left out. */
  readonly folders: number;
}

/** Looks at an autod that is at rest. */
export async function sample(home: Home, life: Life): Promise<Omit<Sample, "life" | "at">> {
  const records = await home.records();
  const inboxes = home.config.folders.map(({ inbox }) => inbox);
  const folders = await Promise.all(inboxes.map(countFolders));
  return {
    ...(await life.held()),
    records: records.length,
    stored: JSON.stringify(records).length,
    folders: folders.reduce((sum, one) => sum + one, 0),
  };
}

/** This one, and those below it. */
async function countFolders(folder: string): Promise<number> {
  const entries = await readdir(folder, { withFileTypes: true });
  const inside = entries.filter((entry) => entry.isDirectory() && entry.name !== ".autod");
  const counts = await Promise.all(inside.map(({ name }) => countFolders(join(folder, name))));
  return counts.reduce((sum, one) => sum + one, 1);
}
