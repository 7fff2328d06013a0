import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { ExecutionContext } from "ava";
import type { Notification } from "../../src/notify/notification.ts";
import { type NotifierOptions, openNotifier, usualPace } from "../../src/notify/notifier.ts";
import { captureLogs } from "../helpers/capture-logs.ts";
import { emptyFolder } from "../helpers/folder.ts";
import { until } from "../helpers/watching.ts";

interface Setting extends Partial<Omit<NotifierOptions, "pace">> {
  readonly pace?: Partial<NotifierOptions["pace"]>;
  /** What a shell does when a person is to be told; `$0` is a folder of its own. */
  readonly script?: string;
}

/** Writes down what it reads. */
const writes = 'cat >> "$0/told"';

/** A notifier whose command is a shell's, and what came of it. */
export async function toldBy(
  t: ExecutionContext,
  { script = writes, pace, ...others }: Setting = {},
) {
  const folder = await emptyFolder(t);
  const logs = captureLogs();
  const notifier = openNotifier(["sh", "-c", script, folder], {
    env: process.env,
    log: logs.logger,
    // What isn't tried is out of the way.
    pace: { ...usualPace, farewell: 20_000, ...pace },
    ...others,
  });
  t.teardown(() => notifier[Symbol.asyncDispose]());
  const written = (name: string) => readFile(join(folder, name), "utf8").catch(() => "");
  const told = async () =>
    (await written("told"))
      .split("\n")
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Notification);
  return {
    ...notifier,
    folder,
    written,
    told,
    logs: logs.lines,
    /** Tells what is gathered, and waits for it. */
    end: async () => {
      await notifier[Symbol.asyncDispose]();
      return await told();
    },
    /** Waits until so many were told, or could not be. */
    settled: (count: number) =>
      until(() => notifier.state().sent + notifier.state().failed >= count),
  };
}
