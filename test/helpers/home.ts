import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { dir } from "tmp-promise";
import { loadConfig } from "../../src/config/load.ts";
import type { Config } from "../../src/config/schema.ts";
import { isErrno } from "../../src/errors.ts";
import type { DocumentRecord } from "../../src/store/record.ts";
import { readRecords } from "../../src/store/store.ts";

/** A user's folders, in a temporary place of their own; disposing removes them. */
export interface Home extends AsyncDisposable {
  readonly folder: string;
  readonly inbox: string;
  readonly archive: string;
  readonly quarantine: string;
  readonly configFile: string;
  readonly config: Config;
  /** Saves a file in the inbox; gives its path. */
  readonly drop: (name: string, bytes: Uint8Array | string) => Promise<string>;
  /** Every file below the archive and the quarantine, relative to the home, sorted. */
  readonly filed: () => Promise<string[]>;
  /** What is left below the inbox, the program's own folder left out. */
  readonly left: () => Promise<string[]>;
  readonly records: () => Promise<DocumentRecord[]>;
  /** The log's lines, oldest first. */
  readonly logs: () => Promise<Readonly<Record<string, unknown>>[]>;
}

/** A folder below a home as people configure it, but with short waits; `change` is laid over it. */
export const quickFolder = <Change extends object>(name: string, change: Change) => ({
  name,
  inbox: `./Inbox/${name}`,
  archive: "./Archive",
  quarantine: "./Quarantine",
  settle: "50ms",
  patience: "500ms",
  ...change,
});

/** `settings` is laid over a configuration with one folder and short waits. */
export async function makeHome(
  settings: Readonly<Record<string, unknown>> = {},
  folder: Readonly<Record<string, unknown>> = {},
): Promise<Home> {
  const { path, cleanup } = await dir({ unsafeCleanup: true, prefix: "autod-test-" });
  const places = ["Inbox", "Archive", "Quarantine"] as const;
  const [inbox, archive, quarantine] = places.map((name) => join(path, name)) as [
    string,
    string,
    string,
  ];
  for (const place of [inbox, archive, quarantine]) await mkdir(place);
  const configFile = join(path, "autod.yaml");
  const written = {
    dataDir: "./data",
    logs: { dir: "./log" },
    folders: [
      {
        ...quickFolder("scans", { inbox: "./Inbox" }),
        ...folder,
      },
    ],
    retry: { attempts: 3, minDelay: "10ms", maxDelay: "50ms" },
    ...settings,
  };
  await writeFile(configFile, JSON.stringify(written));
  return {
    folder: path,
    inbox,
    archive,
    quarantine,
    configFile,
    config: await loadConfig({ flags: { config: configFile }, env: {} }),
    async drop(name, bytes) {
      const target = join(inbox, name);
      await mkdir(dirname(target), { recursive: true });
      await writeFile(target, bytes);
      return target;
    },
    filed: async () =>
      [
        ...(await filesBelow(path, "Archive")),
        ...(await filesBelow(path, "Quarantine")),
      ].toSorted(),
    left: async () =>
      (await filesBelow(path, "Inbox")).filter((file) => !file.startsWith("Inbox/.autod/")),
    records: () => readRecords(join(path, "data")),
    logs: () => readLogs(join(path, "log")),
    [Symbol.asyncDispose]: cleanup,
  };
}

/** Every file below `top`, relative to `base`, sorted. */
export async function filesBelow(base: string, top: string): Promise<string[]> {
  const folder = join(base, top);
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(
    (error: unknown) => {
      // A claim folder that goes while it is looked for.
      if (isErrno(error, "ENOENT") && error.path !== folder) return null;
      throw error;
    },
  );
  if (entries === null) return await filesBelow(base, top);
  return entries
    .filter((entry) => !entry.isDirectory())
    .map(({ parentPath, name }) => join(parentPath, name).slice(base.length + 1))
    .toSorted();
}

async function readLogs(folder: string): Promise<Readonly<Record<string, unknown>>[]> {
  const files = (await readdir(folder)).toSorted();
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), "utf8")));
  return (
    texts
      .join("")
      .split("\n")
      // Behind the last one, or one that is being written.
      .slice(0, -1)
      .map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>)
  );
}
