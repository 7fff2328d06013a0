import { requirePasswords } from "../config/passwords.ts";
import type { Config } from "../config/schema.ts";
import type { Daemon, Summary } from "../daemon.ts";
import { reasonIn } from "../errors.ts";
import { type Manager, openManager } from "../service/manager.ts";
import { complain } from "./complain.ts";
import { type Cli, type Command, exit, type Invocation } from "./command.ts";
import { keysFor } from "./keys.ts";
import { narrate } from "./narrate.ts";
import { oneOf } from "./option.ts";
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
    ["--supervisor <name>", "what restarts it, if that is launchd: only troubles are told then"],
    ["--json", "tell what happens as JSON lines, as they are logged; a dry run as facts"],
  ],
  example: "autod run --once",

  async run(invocation) {
    const { options, cli } = invocation;
    if (options["dryRun"]) return await (await import("./forecast.ts")).foretell(invocation);
    if (oneOf("--supervisor", options["supervisor"], ["launchd"]) === undefined) {
      return await work(invocation);
    }
    try {
      return await work(invocation);
    } catch (error) {
      // launchd would start anew whatever ends so, for ever; a wrong configuration doesn't mend itself.
      const code = complain(error, cli.terminal, Boolean(options["debug"]));
      return code === exit.config || code === exit.locked ? exit.done : code;
    }
  },
};

/** Works until all is done, or it is told to stop, and sums it up. */
async function work(invocation: Invocation): Promise<number> {
  const { options, cli } = invocation;
  const { terminal } = cli;
  const config = await cli.config();
  const sayStopping = () => terminal.note("stopping; told once more, autod ends at once");
  if (!options["json"]) cli.signal.addEventListener("abort", sayStopping, { once: true });
  const summary = await runDaemon(config, eyesFor(config, invocation), invocation);
  if (!options["once"]) return exit.done;
  const isStopped = cli.signal.aborted;
  if (options["json"]) terminal.print(JSON.stringify(summary));
  else for (const line of summarise(summary, isStopped, terminal)) terminal.print(line);
  return exitCodeOf(summary, isStopped);
}

/** Where what happens is told, line by line. What launchd is told lies in a file that nobody rolls. */
function eyesFor(
  { folders }: Config,
  { options, cli: { terminal } }: Invocation,
): (line: string) => void {
  if (options["json"]) return (line) => terminal.print(line.trimEnd());
  const tell = narrate(folders, terminal);
  if (options["supervisor"] === undefined) return tell;
  return (line) => {
    if (/"level":"(?:error|fatal)"/.test(line)) tell(line);
  };
}

/** Opens the daemon, has it work until it is done or told to stop, and closes it. */
async function runDaemon(
  config: Config,
  eyes: (line: string) => void,
  { options, cli }: Invocation,
): Promise<Summary> {
  const { terminal, env, signal, version, beforeCrash, onHangUp } = cli;
  const keys = await keysToWork(config, env);
  // Only who needs the rooms waits for them to load.
  const { openDaemon } = await import("../daemon.ts");
  const read = async () => {
    const again = await cli.config();
    return { config: again, keys: await keysToWork(again, env) };
  };
  await using manager = openManager(env, (error) => terminal.note(`autod: ${untold(error)}`));
  // Without a listener it would end the process, also while that opens.
  let isHungUp = false;
  let heed: () => void = () => undefined;
  using _ = onHangUp(() => {
    isHungUp = true;
    heed();
  });
  await using daemon = await openDaemon(config, { keys, eyes, read, version, env });
  using __ = beforeCrash(daemon.lastWords);
  if (signal.aborted) daemon.stop();
  signal.addEventListener("abort", daemon.stop, { once: true });
  signal.addEventListener("abort", () => void manager.stopping(), { once: true });
  if (options["once"]) {
    heed = () => terminal.note("autod: SIGHUP is not heeded by run --once");
    return await daemon.once();
  }
  using watched = new DisposableStack();
  return await daemon.watch(() => {
    void manager.ready(daemon.words());
    watched.use(manager.watch(daemon.alive, daemon.words));
    heed = () => void reload(daemon, manager);
    if (isHungUp) heed();
  });
}

/** What is wrong with the settings is in the log, and told from there. */
async function reload(daemon: Daemon, manager: Manager): Promise<void> {
  await manager.reloading();
  await daemon.reload().catch(() => undefined);
  await manager.ready(daemon.words());
}

const untold = (error: unknown): string =>
  `the service manager can't be told how it goes: ${reasonIn(error)}`;

/** All that must be in order before work begins. The other profiles' keys may be missing: they may never be asked for. */
async function keysToWork(config: Config, env: Cli["env"]): Promise<ReadonlyMap<string, string>> {
  const names = config.folders.map(({ profile }) => profile);
  const keys = new Map(await keysFor(config, names, env));
  for (const [name, { server }] of Object.entries(config.profiles)) {
    if (keys.has(server)) continue;
    const more = await keysFor(config, [name], env).catch(() => []);
    for (const [one, key] of more) keys.set(one, key);
  }
  await requirePasswords(config);
  return keys;
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
