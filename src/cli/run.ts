import { requirePasswords } from "../config/passwords.ts";
import type { Config } from "../config/schema.ts";
import type { Summary } from "../daemon.ts";
import { type Cli, type Command, exit } from "./command.ts";
import { keysFor } from "./keys.ts";
import { narrate } from "./narrate.ts";
import type { Terminal } from "./terminal.ts";
import { wrap } from "./wrap.ts";

export const run: Command = {
  usage: "run",
  summary: "Read and file what is saved, until it is stopped",
  options: [
    ["--once", "take what lies there now, and end when each file has an outcome or waits"],
    ["--dry-run", "say what it would do and cost; nothing is touched, nothing is sent"],
    ["--concurrency <number>", "work on so many documents at the same time"],
    ["--log-level <level>", "the least important kind of line that is logged"],
    ["--json", "tell what happens as JSON lines, as they are logged; a dry run as facts"],
  ],
  example: "autod run --once",

  async run(invocation) {
    const { options, cli } = invocation;
    if (options["dryRun"]) return await (await import("./forecast.ts")).foretell(invocation);
    const { terminal } = cli;
    const config = await cli.config();
    const eyes = options["json"]
      ? (line: string) => terminal.print(line.trimEnd())
      : narrate(config.folders, terminal);
    const sayStopping = () => terminal.note("stopping; told once more, autod ends at once");
    if (!options["json"]) cli.signal.addEventListener("abort", sayStopping, { once: true });
    const summary = await work(config, Boolean(options["once"]), eyes, cli);
    if (!options["once"]) return exit.done;
    const isStopped = cli.signal.aborted;
    if (options["json"]) terminal.print(JSON.stringify(summary));
    else for (const line of summarise(summary, isStopped, terminal)) terminal.print(line);
    return exitCodeOf(summary, isStopped);
  },
};

/** Opens the daemon, has it work until it is done or told to stop, and closes it. */
async function work(
  config: Config,
  once: boolean,
  eyes: (line: string) => void,
  { terminal, env, signal, beforeCrash, onHangUp }: Cli,
): Promise<Summary> {
  const names = config.folders.map(({ profile }) => profile);
  const keys = await keysFor(config, names, env);
  await requirePasswords(config);
  // Only who needs the rooms waits for them to load.
  const { openDaemon } = await import("../daemon.ts");
  await using daemon = await openDaemon(config, { keys, eyes });
  using _ = beforeCrash(daemon.lastWords);
  using __ = onHangUp(() =>
    terminal.note("autod: SIGHUP is not heeded; settings are read at start"),
  );
  if (signal.aborted) daemon.stop();
  signal.addEventListener("abort", daemon.stop, { once: true });
  return await (once ? daemon.once() : daemon.watch());
}

/** What became of the files, and what to do about those that are not done. */
function summarise(
  { tally, offline }: Summary,
  isStopped: boolean,
  { style, width }: Terminal,
): string[] {
  const counted = Object.entries(fates).flatMap(([fate, said]) => {
    const count = tally[fate as keyof typeof fates];
    return count > 0 ? [said(count)] : [];
  });
  const away = offline.map((name) => `folder ${name} is offline`);
  const rest = isStopped ? ["stopped; the next run goes on"] : [];
  const all = [...counted, ...away, ...rest].join(", ");
  const isWaiting = tally.waiting > 0 || offline.length > 0;
  const next = isWaiting ? "; autod status says why" : "";
  return wrap(all === "" ? "nothing to do" : all + next, width, "").map((line) =>
    style("dim", line),
  );
}

const fates: Readonly<Record<keyof Summary["tally"], (count: number) => string>> = {
  archived: (count) => `${count} archived`,
  review: (count) => `${count} to be looked at (autod review)`,
  quarantined: (count) => `${count} quarantined (autod list --status quarantined)`,
  duplicate: (count) => `${count} ${count === 1 ? "duplicate" : "duplicates"}`,
  ignored: (count) => `${count} left where ${count === 1 ? "it lies" : "they lie"}`,
  failed: (count) => `${count} not taken`,
  aborted: (count) => `${count} cut short`,
  waiting: (count) => `${count} waiting`,
};

function exitCodeOf({ tally, offline }: Summary, isStopped: boolean): number {
  if (tally.waiting > 0 || tally.aborted > 0 || offline.length > 0 || isStopped) {
    return exit.waiting;
  }
  return tally.quarantined > 0 || tally.failed > 0 ? exit.unwell : exit.done;
}
