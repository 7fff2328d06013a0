import type { Config } from "../config/schema.ts";
import { AutodError } from "../errors.ts";
import { foreseeRetraction, lastDeed, retractDeed } from "../intake/deeds/retract.ts";
import { openRoots } from "../intake/roots.ts";
import { foreseeUndo, isHalfUndone, undoDocument, type Undoing } from "../intake/undo.ts";
import { readInstance } from "../store/data-dir.ts";
import { type Deed, standingDeeds } from "../store/history.ts";
import type { DocumentRecord } from "../store/record.ts";
import { findByPrefix, readRecords } from "../store/store.ts";
import { aboutEach } from "./about-each.ts";
import { type Cli, type Command, exit, jsonOption, tell } from "./command.ts";
import { openDesk } from "./desk.ts";
import { instant } from "./option.ts";
import { showProgress } from "./progress.ts";
import { shortPath } from "./short-path.ts";
import { table } from "./table.ts";
import type { Terminal } from "./terminal.ts";
import { together } from "./together.ts";
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
    const from = since?.toISOString();
    const choose = (records: readonly DocumentRecord[]) =>
      from === undefined
        ? new Set(args.map((id) => findByPrefix(records, id)))
        : touchedSince(records, from);
    const isDry = Boolean(options["dryRun"]);
    const config = await cli.config({ looking: isDry });
    const undoings = await (isDry ? foresee : act)(config, { choose, since: from }, cli);
    tell(invocation, undoings, (terminal) =>
      undoings.length === 0
        ? ["nothing was done since then"]
        : describe(undoings, config, terminal),
    );
    return undoings.some(({ verdict }) => verdict === "refused") ? exit.unwell : exit.done;
  },
};

/** What is to be undone of the records, and since when; undefined: what was done last. */
interface Wanted {
  readonly choose: (records: readonly DocumentRecord[]) => Iterable<DocumentRecord>;
  readonly since: string | undefined;
}

/** Those to which something was done since then, the newest first. */
function touchedSince(records: readonly DocumentRecord[], since: string): DocumentRecord[] {
  return records
    .map((record) => ({ record, at: touchedAt(record) }))
    .filter(({ at }) => at >= since)
    .toSorted((a, b) => b.at.localeCompare(a.at))
    .map(({ record }) => record);
}

/** When something was done to a document that can be undone; "" if nothing was. */
function touchedAt(record: DocumentRecord): string {
  const { status } = record;
  const isFiled = status === "archived" || status === "review" || isHalfUndone(record);
  const times = [isFiled ? filedAt(record) : "", lastDeed(record)?.at ?? ""];
  return times.toSorted().at(-1) ?? "";
}

/** Of one that is filed by nothing that is known, or was put back since, nobody can say that it was since. */
const filedAt = ({ history }: DocumentRecord): string =>
  standingDeeds(history).findLast(({ by }) => by === "file")?.at ?? "";

/** What is taken back of what a person did since it was filed; null where it goes back to the inbox. */
function deedOf(record: DocumentRecord, since: string | undefined): Deed | null {
  const deed = isHalfUndone(record) ? null : lastDeed(record);
  if (deed === null || since === undefined) return deed;
  return filedAt(record) >= since || deed.at < since ? null : deed;
}

async function act(config: Config, { choose, since }: Wanted, { signal, terminal }: Cli) {
  await using desk = await openDesk(config, "undo");
  const { store, deciding, instance } = desk;
  const undoOne = async (record: DocumentRecord): Promise<Undoing> => {
    const deed = deedOf(record, since);
    if (!deed) return await undoDocument(record, deciding.roots, store, instance);
    const undoing = await retractDeed(record, deciding);
    const now = store.find(record.sha256);
    // All that was done since then, one after the other.
    const isMore = since !== undefined && undoing.verdict === "undone" && now;
    return isMore && deedOf(now, since) ? await undoOne(now) : undoing;
  };
  const chosen = [...choose([...store.all()])];
  using progress = showProgress(terminal.screen, chosen.length, "done");
  const undoings = await together(chosen, async (record) => {
    if (signal.aborted) return null;
    const undoing = await undoOne(record);
    if (undoing.verdict === "undone") desk.tell("document.undone", record, undoing);
    progress.tick();
    return undoing;
  });
  const done = undoings.filter((one) => one !== null);
  if (done.length < chosen.length) {
    progress.above(() => terminal.note("stopped; the others stay where they are"));
  }
  return done;
}

async function foresee(config: Config, { choose, since }: Wanted): Promise<Undoing[]> {
  const { dataDir } = config;
  const roots = openRoots(config, { remembers: false });
  const instance = await readInstance(dataDir);
  const chosen = [...choose(await readRecords(dataDir))];
  return await together(chosen, async (record) => {
    const deed = deedOf(record, since);
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
