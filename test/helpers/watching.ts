import { setTimeout } from "node:timers/promises";
import { type Daemon, openDaemon, type DaemonOptions } from "../../src/daemon.ts";
import type { Sandbox } from "../../src/sandbox/sandbox.ts";
import type { DocumentRecord } from "../../src/store/record.ts";
import type { Home } from "./home.ts";

/** A daemon at work in this process, as `autod run`; disposing stops it and waits for its end. */
export interface Watching extends AsyncDisposable {
  readonly records: () => readonly DocumentRecord[];
  /** Log lines so far, as objects. */
  readonly lines: () => readonly Readonly<Record<string, unknown>>[];
  /** Waits for a line about this event; gives how often it has been logged. */
  readonly saw: (event: string, times?: number) => Promise<void>;
  /** Waits until so many documents are in this state. */
  readonly have: (status: DocumentRecord["status"], count: number) => Promise<void>;
  readonly stop: () => Promise<void>;
  readonly reload: Daemon["reload"];
  readonly alive: Daemon["alive"];
  readonly words: Daemon["words"];
}

/** What waits is taken up again after 50 ms; `options` are the daemon's. */
export async function watching(
  home: Home,
  { key }: Pick<Sandbox, "key">,
  options: Partial<DaemonOptions> = {},
): Promise<Watching> {
  const lines: Readonly<Record<string, unknown>>[] = [];
  const daemon = await openDaemon(home.config, {
    keys: new Map([["openai", key]]),
    eyes: (line) => void lines.push(JSON.parse(line) as Readonly<Record<string, unknown>>),
    waits: { first: 50, longest: 200 },
    ...options,
  });
  const ended = daemon.watch();
  const records = () => [...daemon.records()];
  const stop = async () => {
    daemon.stop();
    await ended;
    await daemon[Symbol.asyncDispose]();
  };
  return {
    records,
    lines: () => lines,
    saw: (event, times = 1) =>
      until(() => lines.filter((line) => line["event"] === event).length >= times),
    have: (status, count) =>
      until(() => records().filter((record) => record.status === status).length >= count),
    stop,
    reload: daemon.reload,
    alive: daemon.alive,
    words: daemon.words,
    [Symbol.asyncDispose]: stop,
  };
}

/** Waits until something is so. */
export async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) await setTimeout(10);
}
