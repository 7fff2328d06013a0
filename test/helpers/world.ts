import { open, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { isErrno } from "../../src/errors.ts";
import type { Sandbox } from "../../src/sandbox/sandbox.ts";
import type { DocumentRecord } from "../../src/store/record.ts";
import { autod, type Ended } from "./cli.ts";
import { sha256 } from "./expect-filed.ts";
import type { Home } from "./home.ts";
import { type Running, startRunning } from "./running.ts";

/** What a person and a machine do to autod, and what is known for sure of it. */
export interface World extends AsyncDisposable {
  /** Saves a document in the inbox, under a name of its own. */
  readonly drop: (bytes: Uint8Array) => Promise<void>;
  /** Gives one of the files that lie in the inbox another name. */
  readonly rename: (choice: number) => Promise<void>;
  /** Puts other bytes in the place of one of them. */
  readonly replace: (choice: number, bytes: Uint8Array) => Promise<void>;
  readonly delete: (choice: number) => Promise<void>;
  readonly kill: () => Promise<void>;
  /** Takes the archive away, as a share whose server is; or brings it back. */
  readonly share: () => Promise<void>;
  readonly retryAll: () => Promise<void>;
  /** Of one of the documents that are filed. */
  readonly undo: (choice: number) => Promise<void>;
  readonly forget: (choice: number) => Promise<void>;
  /** Stops it, and lets everything come to rest. */
  readonly rest: () => Promise<void>;
  /** How many copies of which bytes there must be, by hash. */
  readonly copies: ReadonlyMap<string, number>;
  /** How often bytes may have been paid for: once, and once more each time that they were forgotten. */
  readonly payable: ReadonlyMap<string, number>;
  /** Where documents lie that were undone, by hash, and that nobody touched since. */
  readonly undone: ReadonlyMap<string, string>;
}

/** Starts autod as a process of its own on a home; it is running between what is done to it. */
export function openWorld(home: Home, sandbox: Sandbox): World {
  const env = {
    NODE_DISABLE_COMPILE_CACHE: "",
    NODE_V8_COVERAGE: "",
    XDG_CACHE_HOME: join(home.folder, "cache"),
  };
  const copies = new Map<string, number>();
  const payable = new Map<string, number>();
  const undone = new Map<string, string>();
  let [names, isAway] = [0, false];
  let running: Running = startRunning(home, sandbox.key, env);

  const count = (counts: Map<string, number>, key: string, by: number) =>
    void counts.set(key, (counts.get(key) ?? 0) + by);
  const newName = () => join(home.inbox, `scan${(names += 1)}.pdf`);
  const start = () => {
    running = startRunning(home, sandbox.key, env);
  };
  const end = async (signal: NodeJS.Signals) => {
    running.signal(signal);
    const code = await running.ended();
    // Null too where it is told to stop before it can hear that.
    if (code !== 0 && code !== null) {
      throw new Error(`ended with ${code}: ${await running.stderr}`);
    }
  };
  const command = async (...words: string[]): Promise<Ended> => {
    const ended = await autod([...words, "--config", home.configFile], {
      ...env,
      OPENAI_API_KEY: sandbox.key,
    });
    // What a command refuses is no fault; what it can't do is.
    if (ended.code !== 0 && ended.code !== 1 && ended.code !== 69) {
      throw new Error(`${words.join(" ")} ended with ${ended.code}: ${ended.stderr}`);
    }
    return ended;
  };
  const whileStopped = async (act: () => Promise<void>) => {
    await end("SIGTERM");
    await act();
    start();
  };
  /** Files that lie in the inbox now; gone the next moment, maybe. */
  const chosen = async (choice: number) => {
    const lying = await home.left();
    const path = lying[choice % lying.length];
    return path === undefined ? null : join(home.folder, path);
  };
  const touched = (path: string) => {
    for (const [hash, lies] of undone) if (lies === path) undone.delete(hash);
  };
  const pick = async (choice: number, isOne: (record: DocumentRecord) => boolean) => {
    const records = (await home.records()).filter(isOne);
    return records[choice % records.length];
  };

  const share = async () => {
    const [there, away] = [home.archive, `${home.archive}.away`];
    await (isAway ? rename(away, there) : rename(there, away));
    isAway = !isAway;
  };

  return {
    share,
    copies,
    payable,
    undone,

    async drop(bytes) {
      await writeFile(newName(), bytes);
      count(copies, sha256(bytes), 1);
      if (!payable.has(sha256(bytes))) payable.set(sha256(bytes), 1);
    },

    async rename(choice) {
      const path = await chosen(choice);
      if (path && (await unlessGone(rename(path, newName()).then(() => true)))) touched(path);
    },

    async replace(choice, bytes) {
      const path = await chosen(choice);
      const old = path && (await unlessGone(open(path, "r")));
      if (!path || !old) return;
      await using handle = old;
      const hash = sha256(await handle.readFile());
      const beside = join(home.folder, "beside");
      await writeFile(beside, bytes);
      await rename(beside, path);
      // Unless it was claimed by then.
      if ((await handle.stat()).nlink === 0) count(copies, hash, -1);
      touched(path);
      count(copies, sha256(bytes), 1);
      if (!payable.has(sha256(bytes))) payable.set(sha256(bytes), 1);
    },

    async delete(choice) {
      const path = await chosen(choice);
      const aside = join(home.folder, "aside");
      if (!path || !(await unlessGone(rename(path, aside).then(() => true)))) return;
      count(copies, sha256(await readFile(aside)), -1);
      await rm(aside);
      touched(path);
    },

    async kill() {
      await end("SIGKILL");
      start();
    },

    retryAll: () => whileStopped(async () => void (await command("retry", "--all"))),

    undo: (choice) =>
      whileStopped(async () => {
        const record = await pick(choice, ({ status }) => status === "archived");
        if (!record) return;
        const { code, stdout } = await command("undo", record.id, "--json");
        if (code !== 0) return;
        const now = (await home.records()).find(({ id }) => id === record.id);
        if (now?.status !== "undone") throw new Error(`not undone: ${stdout}`);
        undone.set(record.sha256, now.waiting?.parked?.path ?? now.source.path);
      }),

    forget: (choice) =>
      whileStopped(async () => {
        const record = await pick(choice, ({ status }) => status === "archived");
        if (!record) return;
        const { code } = await command("forget", record.id);
        if (code === 0) count(payable, record.sha256, 1);
      }),

    async rest() {
      await end("SIGTERM");
      sandbox.setFaults(null);
      if (isAway) await share();
      for (let again = 0; again < 3; again += 1) {
        await command("retry", "--all");
        await command("run", "--once");
      }
    },

    [Symbol.asyncDispose]: () => running[Symbol.asyncDispose](),
  };
}

/** Null where a file was claimed the moment before. */
async function unlessGone<T>(act: Promise<T>): Promise<T | null> {
  try {
    return await act;
  } catch (error) {
    if (isErrno(error, "ENOENT")) return null;
    throw error;
  }
}
