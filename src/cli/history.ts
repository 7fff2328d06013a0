import type { Config } from "../config/schema.ts";
import { type Move, movesOf } from "../intake/moves.ts";
import { findByPrefix, readRecords } from "../store/store.ts";
import { type Command, exit, jsonOption, tell } from "./command.ts";
import { localTime } from "./local-time.ts";
import { instant, wholeNumber } from "./option.ts";
import { shortPath } from "./short-path.ts";
import { table } from "./table.ts";
import type { Terminal } from "./terminal.ts";

export const history: Command = {
  usage: "history [ids...]",
  summary: "What was done to documents, newest first",
  options: [
    ["--since <time>", "only since a day, a time (14:05), or so long ago (2h)"],
    ["--limit <number>", "only so many, the newest"],
    jsonOption,
  ],
  example: "autod history --since 2h",

  async run(invocation) {
    const { args, options, cli } = invocation;
    const since = instant("--since", options["since"])?.toISOString() ?? "";
    const limit = wholeNumber("--limit", options["limit"], 1_000_000);
    const { dataDir, folders } = await cli.config({ looking: true });
    const records = await readRecords(dataDir);
    const wanted = args.length === 0 ? records : args.map((id) => findByPrefix(records, id));
    const moves = movesOf(new Set(wanted))
      .filter(({ at }) => at >= since)
      .slice(0, limit);
    tell(invocation, moves, (terminal) =>
      moves.length === 0 ? ["nothing was done"] : rows(moves, folders, terminal),
    );
    return exit.done;
  },
};

function rows(moves: readonly Move[], folders: Config["folders"], terminal: Terminal): string[] {
  const room = Math.floor((terminal.width - BESIDE) / 2);
  const short = (path: string | null) => (path === null ? "" : shortPath(path, folders, room));
  return table(
    moves,
    [
      { title: "when", text: ({ at }) => localTime(at) },
      {
        title: "what",
        text: done,
        style: (text, { by }) => terminal.style(by === "undo" ? "yellow" : "green", text),
      },
      { title: "id", text: ({ id }) => id },
      { title: "from", text: ({ from }) => short(from), shrinks: true },
      { title: "to", text: ({ to }) => short(to), shrinks: true },
    ],
    terminal,
  );
}

/** What the other columns take of a line. */
const BESIDE = 47;

const done = ({ by, again }: Move): string => (by === "file" && again ? "filed again" : words[by]);

const words = {
  file: "filed",
  edit: "edited",
  rerun: "read anew",
  undo: "undone",
  accept: "accepted",
  reject: "rejected",
  retry: "retried",
} as const satisfies Record<Move["by"], string>;
