import type { Config } from "../config/schema.ts";
import { AutodError } from "../errors.ts";
import { openRoots } from "../intake/roots.ts";
import { foreseeUndo, isHalfUndone, undoDocument, type Undoing } from "../intake/undo.ts";
import type { Log } from "../log.ts";
import { readInstance } from "../store/data-dir.ts";
import type { DocumentRecord } from "../store/record.ts";
import { findByPrefix, openStore, readRecords } from "../store/store.ts";
import { aboutEach } from "./about-each.ts";
import { type Cli, type Command, exit, jsonOption, tell } from "./command.ts";
import { holdStore } from "./hold.ts";
import { instant } from "./option.ts";
import { showProgress } from "./progress.ts";
import { shortPath } from "./short-path.ts";
import { table } from "./table.ts";
import type { Terminal } from "./terminal.ts";
import { together } from "./together.ts";
import { wrap } from "./wrap.ts";

export const undo: Command = {
  usage: "undo [ids...]",
  summary: "Put filed documents back where they came from",
  options: [
    ["--since <time>", "all that were filed since a day, a time (14:05), or so long ago (2h)"],
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
    const choose = (records: readonly DocumentRecord[]) =>
      since === undefined
        ? new Set(args.map((id) => findByPrefix(records, id)))
        : filedSince(records, since.toISOString());
    const isDry = Boolean(options["dryRun"]);
    const config = await cli.config({ looking: isDry });
    const undoings = await (isDry ? foresee : act)(config, choose, cli);
    tell(invocation, undoings, (terminal) =>
      undoings.length === 0
        ? ["nothing was filed since then"]
        : describe(undoings, config, terminal),
    );
    return undoings.some(({ verdict }) => verdict === "refused") ? exit.unwell : exit.done;
  },
};

type Choose = (records: readonly DocumentRecord[]) => Iterable<DocumentRecord>;

/** Those in the archive and in review that came there since then, the newest first. */
function filedSince(records: readonly DocumentRecord[], since: string): DocumentRecord[] {
  return records
    .filter(({ status }) => status === "archived" || status === "review")
    .concat(records.filter(isHalfUndone))
    .map((record) => ({ record, at: filedAt(record) }))
    .filter(({ at }) => at >= since)
    .toSorted((a, b) => b.at.localeCompare(a.at))
    .map(({ record }) => record);
}

/** Of one that was filed by nothing that is known, nobody can say that it was since. */
const filedAt = ({ history }: DocumentRecord): string =>
  history.findLast(({ by }) => by === "file" || by === "accept")?.at ?? "";

async function act(config: Config, choose: Choose, { signal, terminal }: Cli) {
  const { openLog } = await import("../log.ts");
  using held = await holdStore(config.dataDir, "Stop it, undo, and start it again.");
  const roots = openRoots(config, { remembers: true });
  await using store = await openStore(held.path);
  await using log = await openLog(config.logs);
  const chosen = [...choose([...store.all()])];
  using progress = showProgress(terminal.screen, chosen.length, "done");
  const undoings = await together(chosen, async (record) => {
    if (signal.aborted) return null;
    const undoing = await undoDocument(record, roots, store, held.instance);
    if (undoing.verdict === "undone") logUndone(log, record, undoing);
    progress.tick();
    return undoing;
  });
  const done = undoings.filter((one) => one !== null);
  if (done.length < chosen.length) {
    progress.above(() => terminal.note("stopped; the others stay where they are"));
  }
  return done;
}

function logUndone({ logger }: Log, record: DocumentRecord, { from, path }: Undoing): void {
  const { folder, id, sha256 } = record;
  const fields = { event: "document.undone", folder, path, id, sha256, from };
  logger.info(fields, "document undone");
}

async function foresee(config: Config, choose: Choose): Promise<Undoing[]> {
  const { dataDir } = config;
  const roots = openRoots(config, { remembers: false });
  const instance = await readInstance(dataDir);
  const chosen = [...choose(await readRecords(dataDir))];
  return await together(chosen, (record) => foreseeUndo(record, roots, instance));
}

function describe(
  undoings: readonly Undoing[],
  { folders }: Config,
  terminal: Terminal,
): readonly string[] {
  const back = undoings.filter(({ verdict }) => verdict !== "refused");
  const refused = undoings.filter(({ verdict }) => verdict === "refused");
  return [
    ...(back.length === 0 ? [] : rows(back, folders, terminal)),
    ...aboutEach(refused, terminal),
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
