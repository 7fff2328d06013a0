import type { Config } from "../config/schema.ts";
import { AutodError } from "../errors.ts";
import { together } from "../desk/together.ts";
import { foreseeRetraction } from "../intake/deeds/retract.ts";
import { deedToUndo, touchedSince } from "../intake/deeds/since.ts";
import { openRoots } from "../intake/roots.ts";
import { foreseeUndo, type Undoing } from "../intake/undo.ts";
import { readInstance } from "../store/data-dir.ts";
import type { DocumentRecord } from "../store/record.ts";
import { findByPrefix, readRecords } from "../store/store.ts";
import { aboutEach } from "./about-each.ts";
import { type Cli, type Command, exit, jsonOption, tell } from "./command.ts";
import { carryOut } from "./desk.ts";
import { instant } from "./option.ts";
import { showProgress } from "./progress.ts";
import { shortPath } from "./short-path.ts";
import { table } from "./table.ts";
import type { Terminal } from "./terminal.ts";
import { wrap } from "./wrap.ts";

export const undo: Command = {
  usage: "undo [ids...]",
  summary: "Undo what was done last: an edit, or the filing",
  options: [
    ["--since <time>", "all that was done since a day, a time (14:05), or so long ago (2h)"],
    ["--dry-run", "say what would be done, and do nothing"],
    jsonOption,
  ],
  example: "autod undo --since 2h --dry-run",

  async run(invocation) {
    const { args, options, cli } = invocation;
    const since = instant("--since", options["since"]);
    if ((since === undefined) === (args.length === 0)) {
      throw new AutodError("ARGUMENT_INVALID", "undo takes the ids of documents, or --since");
    }
    const from = since?.toISOString() ?? null;
    const isDry = Boolean(options["dryRun"]);
    const config = await cli.config({ looking: isDry });
    const records = await readRecords(config.dataDir);
    const chosen =
      from === null
        ? [...new Set(args.map((id) => findByPrefix(records, id)))]
        : touchedSince(records, from);
    const undoings = await (isDry ? foresee : act)(config, { chosen, since: from }, cli);
    tell(invocation, undoings, (terminal) =>
      undoings.length === 0
        ? ["nothing was done since then"]
        : describe(undoings, config, terminal),
    );
    return undoings.some(({ verdict }) => verdict === "refused") ? exit.unwell : exit.done;
  },
};

/** What is to be undone, and since when; null: what was done last. */
interface Wanted {
  readonly chosen: readonly DocumentRecord[];
  readonly since: string | null;
}

async function act(config: Config, { chosen, since }: Wanted, cli: Cli): Promise<Undoing[]> {
  const { signal, terminal } = cli;
  const ids = chosen.map(({ sha256 }) => sha256);
  using progress = showProgress(terminal.screen, ids.length, "done");
  const done: Undoing[] = [];
  for (let at = 0; at < ids.length && !signal.aborted; at += AT_A_TIME) {
    const some = ids.slice(at, at + AT_A_TIME);
    done.push(...(await carryOut("undo", { ids: some, since }, config, cli)));
    for (const _ of some) progress.tick();
  }
  if (done.length < ids.length) {
    progress.above(() => terminal.note("stopped; the others stay where they are"));
  }
  return done;
}

/** What is begun of these is ended, whoever stops it. */
const AT_A_TIME = 50;

async function foresee(config: Config, { chosen, since }: Wanted): Promise<Undoing[]> {
  const roots = openRoots(config, { remembers: false });
  const instance = await readInstance(config.dataDir);
  return await together(chosen, async (record) => {
    const deed = deedToUndo(record, since);
    return deed
      ? await foreseeRetraction(record, deed, roots)
      : await foreseeUndo(record, roots, instance);
  });
}

function describe(
  undoings: readonly Undoing[],
  { folders }: Config,
  terminal: Terminal,
): readonly string[] {
  const done = undoings.filter(({ verdict }) => verdict !== "refused");
  const back = done.filter(({ undoes }) => undoes === "file");
  const retracted = done.filter(({ undoes }) => undoes !== "file");
  const refused = undoings.filter(({ verdict }) => verdict === "refused");
  return [
    ...(back.length === 0 ? [] : rows(back, folders, terminal)),
    ...aboutEach([...retracted, ...refused], terminal),
  ];
}

function rows(back: readonly Undoing[], folders: Config["folders"], terminal: Terminal): string[] {
  const isDry = back.some(({ verdict }) => verdict === "planned");
  const room = Math.floor((terminal.width - BESIDE) / 2);
  const short = (path: string | null) => (path === null ? "" : shortPath(path, folders, room));
  const where = isDry ? "would be back as" : "back as";
  const [documents, them] =
    back.length === 1 ? ["1 document", "it"] : [`${back.length} documents`, "them"];
  const sentence = isDry
    ? `${documents} would go back; nothing was moved.`
    : `${documents} went back; autod run leaves ${them} alone until autod retry.`;
  return [
    ...table(
      back,
      [
        { title: "id", text: ({ id }) => id },
        { title: "from", text: ({ from }) => short(from), shrinks: true },
        { title: where, text: ({ path }) => short(path), shrinks: true },
      ],
      terminal,
    ),
    ...wrap(sentence, terminal.width, ""),
  ];
}

/** What the id takes of a line. */
const BESIDE = 16;
