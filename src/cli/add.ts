import { resolve } from "node:path";
import type { Config } from "../config/schema.ts";
import { didYouMean } from "../config/wording.ts";
import type { Folder } from "../document.ts";
import { AutodError } from "../errors.ts";
import type { Addition } from "../intake/addition.ts";
import { openBringing } from "../intake/bring.ts";
import { follow } from "../intake/follow.ts";
import { type Find, gatherAll } from "../intake/gather.ts";
import { openRoots } from "../intake/roots.ts";
import { allowanceBy } from "../money/allowance.ts";
import { prepareProfiles } from "../openai/profile.ts";
import { readInstance } from "../store/data-dir.ts";
import { isHeld } from "../store/lock.ts";
import type { DocumentRecord } from "../store/record.ts";
import { readRecords } from "../store/store.ts";
import { linesForAdditions, summariseAdditions } from "./additions.ts";
import { type Cli, type Command, exit, type Given, jsonOption, tell } from "./command.ts";
import { showProgress } from "./progress.ts";

export const add: Command = {
  usage: "add <files...>",
  summary: "Copy files or whole folders in, and follow them",
  options: [
    ["--folder <name>", "the watched folder, where there are several"],
    ["--no-follow", "end when they are copied"],
    jsonOption,
  ],
  example: "autod add ~/Downloads/invoice.pdf",

  async run(invocation) {
    const { args, options, cli } = invocation;
    const { signal, terminal } = cli;
    const config = await cli.config();
    const { dataDir, folders } = config;
    const folder = folderNamed(options["folder"], folders);
    const records = await readRecords(dataDir);
    const earlier = new Map(records.map((record) => [record.sha256, record]));
    const bring = await openBringing({
      folder,
      roots: openRoots(config, { remembers: false }),
      known: earlier,
    });
    const follows = isHeld(dataDir) && options["follow"] !== false;

    const paths = args.map((path) => resolve(path));
    const found = await gatherAll(paths, folders, signal);
    const lines = linesForAdditions([...found.values()], folders, terminal);
    const additions = new Map<string, Addition>();
    const say = (one: Addition, print: (show: () => void) => void) => {
      additions.set(one.path, one);
      if (options["json"] || (follows && one.verdict === "copied")) return;
      const said = lines(one);
      if (said.length > 0) print(() => said.forEach((line) => terminal.print(line)));
    };
    try {
      await bringAll([...found.values()], bring, say, cli);
      const copies = [...additions.values()].filter(({ verdict }) => verdict === "copied");
      if (follows) await followAll(copies, config, earlier, say, cli);
    } finally {
      // Whatever went wrong: what was done until then is told.
      const became = [...additions.values()];
      // It may have ended while it was followed.
      const isRunning = isHeld(dataDir);
      const sum = { additions: became, found: found.size, isRunning, isStopped: signal.aborted };
      tell(invocation, became, () => summariseAdditions(sum, terminal));
    }
    return exitCodeOf([...additions.values()], signal.aborted);
  },
};

type Say = (one: Addition, print: (show: () => void) => void) => void;

function folderNamed(given: Given, folders: readonly Folder[]): Folder {
  const names = folders.map(({ name }) => name);
  const [first, second] = folders;
  if (given === undefined && first && !second) return first;
  if (given === undefined) {
    const message = `there are several watched folders: ${names.join(", ")}`;
    throw new AutodError("ARGUMENT_INVALID", message, { hint: "Say which with --folder NAME." });
  }
  const folder = folders.find(({ name }) => name === given);
  if (folder) return folder;
  const meant = didYouMean(String(given), names);
  throw new AutodError("ARGUMENT_INVALID", `no watched folder is called ${String(given)}${meant}`);
}

async function bringAll(
  found: readonly (Find | Addition)[],
  bring: Awaited<ReturnType<typeof openBringing>>,
  say: Say,
  { signal, terminal }: Cli,
): Promise<void> {
  using progress = showProgress(terminal.screen, found.length, "copied");
  try {
    for (const one of found) {
      if (signal.aborted) return;
      say("verdict" in one ? one : await bring(one, signal), progress.above);
      progress.tick();
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

async function followAll(
  copies: readonly Addition[],
  config: Config,
  earlier: ReadonlyMap<string, DocumentRecord>,
  say: Say,
  { signal, terminal }: Cli,
): Promise<void> {
  if (copies.length === 0) return;
  using progress = showProgress(terminal.screen, copies.length, "done");
  const { dataDir } = config;
  const profiles = prepareProfiles(config.profiles);
  const outlook = {
    dataDir,
    roots: openRoots(config, { remembers: false }),
    earlier,
    profiles,
    allowance: allowanceBy(config, profiles),
    instance: await readInstance(dataDir),
  };
  const tellOutcome = (one: Addition) => {
    say(one, progress.above);
    progress.tick();
  };
  await follow(copies, outlook, tellOutcome, signal);
}

function exitCodeOf(additions: readonly Addition[], isStopped: boolean): number {
  const has = (...verdicts: Addition["verdict"][]) =>
    additions.some(({ verdict }) => verdicts.includes(verdict));
  if (isStopped || has("waiting")) return exit.waiting;
  return has("refused", "quarantined") ? exit.unwell : exit.done;
}
