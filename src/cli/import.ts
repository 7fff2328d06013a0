import { createReadStream } from "node:fs";
import { lstat } from "node:fs/promises";
import { addAbortSignal } from "node:stream";
import { z } from "zod";
import { AutodError, reasonIn } from "../errors.ts";
import { type Piece, pieces } from "../store/pieces.ts";
import { type DocumentRecord, standsAt } from "../store/record.ts";
import { openStore } from "../store/store.ts";
import { checkRecords, takeIn, transfer } from "../store/transfer.ts";
import { type Cli, type Command, exit, jsonOption, tell } from "./command.ts";
import { escapeText } from "./escape.ts";
import { holdStore } from "./hold.ts";
import { stoppable } from "./stoppable.ts";
import type { Terminal } from "./terminal.ts";
import { wrap } from "./wrap.ts";

/** What `autod import --json` prints. */
export const imported = transfer.extend({
  /** How many files of those that were added don't stand where their records say. */
  filesMissing: z.int(),
});

type Imported = z.infer<typeof imported>;

export const importDocuments: Command = {
  usage: "import <file>",
  summary: "Take in what was exported as jsonl elsewhere",
  options: [jsonOption],
  example: "autod import documents.jsonl",

  async run(invocation) {
    const { args, cli } = invocation;
    const [file = "-"] = args;
    const { dataDir } = await cli.config();
    return await stoppable(cli, "nothing was imported", async () => {
      // Before the store is held, or made.
      const checked = await checkRecords(piecesIn(file, cli));
      using held = await holdStore(dataDir, "Stop it, import, and start it again.");
      await using store = await openStore(held.path);
      const taken = await takeIn(store, checked);
      const added = new Set(taken.added);
      const fresh = [...store.all()].filter(({ id }) => added.has(id));
      const report = { ...taken, filesMissing: await countMissing(fresh) };
      tell(invocation, report, (terminal) => sentences(report, terminal));
      return exit.done;
    });
  },
};

async function* piecesIn(file: string, { input, signal }: Cli): AsyncGenerator<Piece> {
  const isPipe = file === "-";
  const name = isPipe ? "stdin" : file;
  try {
    yield* pieces(
      isPipe ? addAbortSignal(signal, input) : createReadStream(file, { signal }),
      name,
    );
  } catch (cause) {
    if (!(cause instanceof Error) || !("syscall" in cause)) throw cause;
    const message = `${name} can't be read: ${reasonIn(cause)}`;
    throw new AutodError("ARGUMENT_INVALID", message, { cause });
  }
}

async function countMissing(records: readonly DocumentRecord[]): Promise<number> {
  const places = records.map(standsAt).filter((path) => path !== null);
  const looks = places.map((path) => lstat(path).then(Boolean, () => false));
  return (await Promise.all(looks)).filter((isThere) => !isThere).length;
}

function sentences(report: Imported, { width, style }: Terminal): string[] {
  const { added, known, open, unknownFields, filesMissing } = report;
  const missing =
    filesMissing === 1 ? "1 file doesn't stand" : `${counted(filesMissing, "file")} don't stand`;
  const lines = [
    filesMissing > 0 ? `${missing} where the records say; import brings no files` : null,
    known > 0 ? `${documents(known)} known already, and left alone` : null,
    open.length > 0
      ? `${documents(open.length)} left out, for another autod is not done yet: ${named(open)}`
      : null,
    unknownFields.length > 0
      ? `fields left out that this autod doesn't know: ${named(unknownFields)}`
      : null,
  ].filter((line) => line !== null);
  const said = lines.flatMap((line) => wrap(escapeText(line), width, ""));
  return [style("bold", `${documents(added.length)} imported`), ...said];
}

const documents = (count: number): string => counted(count, "document");

const counted = (count: number, noun: string): string =>
  `${count.toLocaleString("en")} ${noun}${count === 1 ? "" : "s"}`;

const named = (names: readonly string[]): string =>
  `${names.slice(0, 5).join(", ")}${names.length > 5 ? ", …" : ""}`;
